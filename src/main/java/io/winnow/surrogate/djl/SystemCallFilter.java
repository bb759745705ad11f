package io.winnow.surrogate.djl;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.ArrayList;
import java.util.List;

/**
 * A filter of system calls for all threads of this process: starting programmes, sockets, looking into other processes and
 * opening files for writing fail as not permitted.
 */
final class SystemCallFilter {

    private static final short LOAD = 0x20;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short JUMP_IF_SET = 0x45;
    private static final short RETURN = 0x06;

    private static final int ALLOW = 0x7fff0000;
    private static final int NOT_PERMITTED = 0x00050000 | 1;
    private static final int NOT_THERE = 0x00050000 | 38;
    /** O_WRONLY, O_RDWR, O_CREAT, O_TRUNC. */
    private static final int WRITES = 1 | 2 | 0x40 | 0x200;

    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int ARGUMENTS = 16;

    /** The calls of a machine by number: those refused, and of those that open files where their flags are. */
    private record Machine(int architecture, int seccomp, int[] refused, int[][] opens) {}

    private static final int OPEN_AT_2 = 437;

    private static final Machine X86_64 = new Machine(
            0xc000003e,
            317,
            new int[] {
                41, 42, 49, 50, 53, 57, 58, 59, 322, 101, 310, 311, 85, 86, 87, 88, 82, 83, 84, 133, 165, 258, 259, 263,
                264, 265, 266, 316, 76, 90, 92, 250, 272, 298, 321, 425, 426, 427
            },
            new int[][] {{2, 1}, {257, 2}});

    private static final Machine AARCH64 = new Machine(
            0xc00000b7,
            277,
            new int[] {
                198, 199, 200, 201, 203, 221, 281, 117, 270, 271, 33, 34, 35, 36, 37, 38, 276, 40, 45, 53, 54, 97, 241,
                280, 425, 426, 427
            },
            new int[][] {{56, 2}});

    private SystemCallFilter() {}

    /** Whether the filter holds. A GPU's driver opens devices for writing: then only Landlock guards files. */
    static boolean install(boolean gpu) {
        Machine machine = switch (Platform.ARCH) {
            case "x86-64" -> X86_64;
            case "aarch64" -> AARCH64;
            default -> null;
        };
        if (machine == null) {
            return false;
        }
        List<long[]> program = program(machine, gpu);
        Memory code = new Memory(8L * program.size());
        for (int i = 0; i < program.size(); i++) {
            long[] instruction = program.get(i);
            code.setShort(8L * i, (short) instruction[0]);
            code.setByte(8L * i + 2, (byte) instruction[1]);
            code.setByte(8L * i + 3, (byte) instruction[2]);
            code.setInt(8L * i + 4, (int) instruction[3]);
        }
        Memory header = new Memory(16);
        header.setShort(0, (short) program.size());
        header.setPointer(8, code);
        long allThreads = 1;
        return NativeLibrary.getProcess()
                        .getFunction("syscall")
                        .invokeLong(new Object[] {(long) machine.seccomp(), 1L, allThreads, header})
                == 0;
    }

    private static List<long[]> program(Machine machine, boolean gpu) {
        List<long[]> program = new ArrayList<>();
        add(program, LOAD, 0, 0, ARCHITECTURE);
        add(program, JUMP_IF_EQUAL, 1, 0, machine.architecture());
        add(program, RETURN, 0, 0, NOT_PERMITTED);
        add(program, LOAD, 0, 0, NUMBER);
        add(program, JUMP_IF_EQUAL, 0, 1, OPEN_AT_2);
        add(program, RETURN, 0, 0, NOT_THERE);
        if (!gpu) {
            for (int refused : machine.refused()) {
                add(program, JUMP_IF_EQUAL, 0, 1, refused);
                add(program, RETURN, 0, 0, NOT_PERMITTED);
            }
            for (int[] open : machine.opens()) {
                add(program, JUMP_IF_EQUAL, 0, 4, open[0]);
                add(program, LOAD, 0, 0, ARGUMENTS + 8 * open[1]);
                add(program, JUMP_IF_SET, 0, 1, WRITES);
                add(program, RETURN, 0, 0, NOT_PERMITTED);
                add(program, RETURN, 0, 0, ALLOW);
            }
        }
        add(program, RETURN, 0, 0, ALLOW);
        return program;
    }

    private static void add(List<long[]> program, int code, int ifTrue, int ifFalse, int value) {
        program.add(new long[] {code, ifTrue, ifFalse, value});
    }
}
