package io.winnow.scoring.store;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the score store.
 *
 * @param cache how much heap the scores and labels that were read last may take
 */
@ConfigurationProperties("winnow.scores")
record ScoreProperties(@DefaultValue("256MB") DataSize cache) {}
