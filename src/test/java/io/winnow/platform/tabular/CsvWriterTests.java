package io.winnow.platform.tabular;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvWriterTests {

    private record Cells(List<String> texts) implements Table {

        @Override
        public List<Column> columns() {
            return List.of(new Integers("index", row -> -row), new Texts("key", texts::get));
        }

        @Override
        public void scan(Block block) throws IOException {
            block.rows(texts.size());
        }
    }

    private static String csv(String... texts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CsvWriter.write(new Cells(List.of(texts)), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The starts that spreadsheets take for a formula, or skip before one. */
    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1/a.png", "@SUM(A1)", "=", "-", "\t=1+1", "\0=1"})
    void leadsATextThatASpreadsheetWouldTakeForAFormulaByAnApostrophe(String text) throws IOException {
        assertThat(csv(text)).isEqualTo("index,key\r\n0,'" + text + "\r\n");
    }

    @Test
    void quotesALedTextThatHoldsALineBreakAQuoteOrAComma() throws IOException {
        assertThat(csv("\r=1", "\n=1", "=HYPERLINK(\"http://x\",\"y\")"))
                .isEqualTo(
                        "index,key\r\n0,\"'\r=1\"\r\n-1,\"'\n=1\"\r\n-2,\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n");
    }

    @Test
    void leavesOtherTextsAndNegativeNumbersAsTheyAre() throws IOException {
        assertThat(csv("a=b", "", "train/ant/00.png", "'quoted'", "a\"b", "a,b"))
                .isEqualTo("index,key\r\n0,a=b\r\n-1,\r\n-2,train/ant/00.png\r\n-3,'quoted'\r\n-4,\"a\"\"b\"\r\n"
                        + "-5,\"a,b\"\r\n");
    }
}
