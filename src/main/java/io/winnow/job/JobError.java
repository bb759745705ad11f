package io.winnow.job;

/**
 * Why a job failed.
 *
 * @param detail what happened where, and what the user can do
 */
public record JobError(String title, String detail) {}
