/** TorchScript files that users upload: read without loading them, checked against an allow-list, and kept as a clean copy. */
@NullMarked
package io.winnow.model.torchscript;

import org.jspecify.annotations.NullMarked;
