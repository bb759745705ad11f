package io.winnow.job;

/** A shard was begun as often as it may be and never came to an end. */
class ShardQuarantinedException extends RuntimeException {

    ShardQuarantinedException(String pass, int shard, String worker) {
        super(
                "shard %d of %s was begun again and again and never came to an end; the last worker was %s. Its log, or the system's, says why: look for memory"
                        .formatted(shard, pass, worker));
    }
}
