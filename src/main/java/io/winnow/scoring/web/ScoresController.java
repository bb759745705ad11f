package io.winnow.scoring.web;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.tabular.ByteSink;
import io.winnow.platform.tabular.CsvWriter;
import io.winnow.platform.tabular.Delivery;
import io.winnow.platform.tabular.Format;
import io.winnow.platform.tabular.NpyHeader;
import io.winnow.platform.tabular.ParquetFile;
import io.winnow.platform.web.StrictQuery;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** All scores of a set: their mean over runs, their spread over runs, or those of one run. */
@RestController
class ScoresController {

    private static final String FORMAT_VERSION = "1";
    private static final Set<Format> FORMATS = EnumSet.of(Format.JSON, Format.NPY, Format.CSV, Format.PARQUET);
    private static final Set<String> PARAMETERS = Set.of("format", "run", "stat");

    private final ScoreStore scores;

    ScoresController(ScoreStore scores) {
        this.scores = scores;
    }

    @GetMapping("/score-sets/{id}/scores")
    void scores(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String format,
            @RequestParam(required = false) @Nullable String run,
            @RequestParam(required = false) @Nullable String stat,
            HttpServletRequest http,
            HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        StrictQuery query = StrictQuery.of(http.getParameterMap(), PARAMETERS);
        Format chosen = Format.of(http, query.text("format"), FORMATS);
        Integer one = query.integer("run", 0);
        boolean spread = spread(query.text("stat"), one);
        ScoreSet set = scores.require(StrictQuery.id("id", id));
        ScoreTable.Source source = source(set, one, spread);
        Delivery delivery = new Delivery(http, response, chosen, "scores");
        if (!delivery.isKnown("%s|scores|%s|%s|%s".formatted(FORMAT_VERSION, set.id(), one, spread))) {
            send(delivery, chosen, set, source);
        }
    }

    private static boolean spread(@Nullable String stat, @Nullable Integer run) {
        if (stat == null || stat.equals("mean")) {
            return false;
        }
        if (!stat.equals("std")) {
            throw new InvalidRequestException("stat", "must be mean or std");
        }
        if (run != null) {
            throw new InvalidRequestException("stat", "is over all runs and cannot be given with run");
        }
        return true;
    }

    private ScoreTable.Source source(ScoreSet set, @Nullable Integer run, boolean spread) {
        if (run != null) {
            float[] ofRun = scores.runScores(set.id(), run);
            return consumer -> consumer.chunk(0, ofRun);
        }
        return spread
                ? consumer -> consumer.chunk(0, scores.spread(set.id()))
                : consumer -> scores.readScores(set.id(), 0, consumer);
    }

    private static void send(Delivery delivery, Format format, ScoreSet set, ScoreTable.Source source)
            throws IOException {
        SourceScores all = new SourceScores(source, set.positions());
        ScoreTable table = new ScoreTable(source, set.positions());
        if (format == Format.JSON) {
            delivery.send(-1, out -> json(all, out));
        } else if (format == Format.NPY) {
            int size = SourceScores.size(set.size(), set.positions());
            byte[] header = new NpyHeader("<f4", size).toBytes();
            delivery.send(header.length + (long) size * Float.BYTES, out -> npy(header, all, out));
        } else if (format == Format.CSV) {
            delivery.send(-1, out -> CsvWriter.write(table, out));
        } else {
            delivery.send(-1, out -> ParquetFile.write(table, out));
        }
    }

    private static void json(ScoreTable.Source source, OutputStream out) throws IOException {
        ByteSink sink = new ByteSink(out).text("{\"scores\":[");
        source.read((first, chunk) -> {
            for (int i = 0; i < chunk.length; i++) {
                if (first + i > 0) {
                    sink.ascii(',');
                }
                if (Float.isNaN(chunk[i])) {
                    sink.text("null");
                } else {
                    sink.number(chunk[i]);
                }
            }
        });
        sink.text("]}").flush();
    }

    private static void npy(byte[] header, ScoreTable.Source source, OutputStream out) throws IOException {
        ByteSink sink = new ByteSink(out).bytes(header);
        source.read((first, chunk) -> {
            for (float score : chunk) {
                sink.float32(score);
            }
        });
        sink.flush();
    }
}
