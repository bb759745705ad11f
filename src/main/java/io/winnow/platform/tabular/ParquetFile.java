package io.winnow.platform.tabular;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** Writes a table as a Parquet file of required columns: row groups of a few megabytes, not compressed further. */
public final class ParquetFile {

    private static final long ROW_GROUP = 8L << 20;

    private ParquetFile() {}

    /** @param out not closed */
    public static void write(Table table, OutputStream out) throws IOException {
        try (ParquetWriter<Cursor> writer = new Builder(new Sequential(out), table)
                .withConf(new PlainParquetConfiguration())
                .withRowGroupSize(ROW_GROUP)
                .build()) {
            Cursor cursor = new Cursor();
            table.scan(rows -> {
                for (cursor.row = 0; cursor.row < rows; cursor.row++) {
                    writer.write(cursor);
                }
            });
        }
    }

    /** The row of the present block that is written. */
    private static final class Cursor {
        private int row;
    }

    private static final class Builder extends ParquetWriter.Builder<Cursor, Builder> {

        private final Table table;

        Builder(OutputFile file, Table table) {
            super(file);
            this.table = table;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<Cursor> getWriteSupport(Configuration configuration) {
            return new Rows(table.columns());
        }

        @Override
        protected WriteSupport<Cursor> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(table.columns());
        }
    }

    private static final class Rows extends WriteSupport<Cursor> {

        private final List<Table.Column> columns;

        @SuppressWarnings("NullAway.Init")
        private RecordConsumer consumer;

        Rows(List<Table.Column> columns) {
            this.columns = columns;
        }

        @Override
        public WriteContext init(Configuration configuration) {
            return context();
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return context();
        }

        private WriteContext context() {
            Types.MessageTypeBuilder schema = Types.buildMessage();
            for (Table.Column column : columns) {
                if (column instanceof Table.Texts) {
                    schema.required(PrimitiveTypeName.BINARY)
                            .as(LogicalTypeAnnotation.stringType())
                            .named(column.name());
                } else {
                    schema.required(type(column)).named(column.name());
                }
            }
            MessageType message = schema.named("samples");
            return new WriteContext(message, Map.of());
        }

        private static PrimitiveTypeName type(Table.Column column) {
            if (column instanceof Table.Integers) {
                return PrimitiveTypeName.INT64;
            }
            return column instanceof Table.Floats ? PrimitiveTypeName.FLOAT : PrimitiveTypeName.DOUBLE;
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            consumer = recordConsumer;
        }

        @Override
        public void write(Cursor cursor) {
            int row = cursor.row;
            consumer.startMessage();
            for (int c = 0; c < columns.size(); c++) {
                Table.Column column = columns.get(c);
                consumer.startField(column.name(), c);
                if (column instanceof Table.Integers integers) {
                    consumer.addLong(integers.cell().at(row));
                } else if (column instanceof Table.Floats floats) {
                    consumer.addFloat(floats.cell().at(row));
                } else if (column instanceof Table.Doubles doubles) {
                    consumer.addDouble(doubles.cell().at(row));
                } else if (column instanceof Table.Texts texts) {
                    consumer.addBinary(Binary.fromString(texts.cell().at(row)));
                }
                consumer.endField(column.name(), c);
            }
            consumer.endMessage();
        }
    }

    /** A file that is written from start to end, onto a stream. */
    private record Sequential(OutputStream out) implements OutputFile {

        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new PositionOutputStream() {
                private long position;

                @Override
                public long getPos() {
                    return position;
                }

                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                    position++;
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length);
                    position += length;
                }
            };
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return create(blockSizeHint);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
