package io.winnow.surrogate.djl;

/** The sides of what a convolution reads and of what it writes. */
record TangentPlaces(long height, long width, long outHeight, long outWidth) {}
