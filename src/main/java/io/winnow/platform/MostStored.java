package io.winnow.platform;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many things of each kind are kept that callers make and that stay until somebody deletes them.
 *
 * @param datasets registered ones
 * @param models registered ones
 * @param subsets those with a name
 * @param importedScores score sets that were computed elsewhere; those of jobs go with their jobs
 * @param jobs of every kind, also those that have ended
 * @param apiKeys with those that hold no more, which give way to new ones
 */
@ConfigurationProperties("winnow.most-stored")
public record MostStored(
        @DefaultValue("1000") long datasets,
        @DefaultValue("1000") long models,
        @DefaultValue("100000") long subsets,
        @DefaultValue("100000") long importedScores,
        @DefaultValue("100000") long jobs,
        @DefaultValue("1000") long apiKeys) {}
