package io.winnow.platform.tabular;

import java.io.IOException;
import java.util.List;

/** Rows that are written as they come, a block at a time. */
public interface Table {

    /** The columns; their cells are those of the present block. */
    List<Column> columns();

    /** Goes through the blocks in order. */
    void scan(Block block) throws IOException;

    /** Called for each block, whose rows are 0 … rows−1. */
    @FunctionalInterface
    interface Block {
        void rows(int rows) throws IOException;
    }

    /** A column: its name and how to read a row of the present block. */
    sealed interface Column permits Integers, Floats, Doubles, Texts {
        String name();
    }

    /** 64-bit integers. */
    record Integers(String name, IntegerCell cell) implements Column {}

    /** 32-bit floats. */
    record Floats(String name, FloatCell cell) implements Column {}

    /** 64-bit floats. */
    record Doubles(String name, DoubleCell cell) implements Column {}

    /** Text of outsiders, such as file names. */
    record Texts(String name, TextCell cell) implements Column {}

    @FunctionalInterface
    interface IntegerCell {
        long at(int row);
    }

    @FunctionalInterface
    interface FloatCell {
        float at(int row);
    }

    @FunctionalInterface
    interface DoubleCell {
        double at(int row);
    }

    @FunctionalInterface
    interface TextCell {
        String at(int row);
    }
}
