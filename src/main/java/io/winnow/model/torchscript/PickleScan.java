package io.winnow.model.torchscript;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows a pickle of TorchScript without making anything of what it names: only the operations that its writer uses, only
 * names from a list, and tensors only within the bytes of their storage.
 */
final class PickleScan {

    private static final int MOST_VALUES = 5_000_000;
    private static final Set<String> GLOBALS = Set.of(
            "collections OrderedDict",
            "torch._utils _rebuild_tensor_v2",
            "torch.jit._pickle build_boollist",
            "torch.jit._pickle build_doublelist",
            "torch.jit._pickle build_intlist",
            "torch.jit._pickle build_tensorlist",
            "torch.jit._pickle restore_type_tag");
    private static final Map<String, Integer> STORAGES = Map.of(
            "torch BFloat16Storage", 2,
            "torch BoolStorage", 1,
            "torch ByteStorage", 1,
            "torch CharStorage", 1,
            "torch DoubleStorage", 8,
            "torch FloatStorage", 4,
            "torch HalfStorage", 2,
            "torch IntStorage", 4,
            "torch LongStorage", 8,
            "torch ShortStorage", 2);

    /** A name that the pickle refers to. */
    private record Global(String name) {}

    /** The numbers of a record of the archive. */
    private record Storage(long numbers) {}

    /** Something of no interest: a module, a dictionary, a tensor. */
    private enum Other {
        VALUE
    }

    private final String file;
    private final ByteBuffer in;
    private final Predicate<String> ownClass;
    private final Map<String, Long> sizes;
    private final List<Object> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private @Nullable String root;

    private PickleScan(String file, byte[] bytes, Predicate<String> ownClass, Map<String, Long> sizes) {
        this.file = file;
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.ownClass = ownClass;
        this.sizes = sizes;
    }

    /**
     * @param ownClass whether a full name is a class of the archive's code
     * @param sizes bytes of the records that tensors may lie in, by key
     * @return the class of the first object, or null when there is none
     */
    static @Nullable String check(String file, byte[] bytes, Predicate<String> ownClass, Map<String, Long> sizes) {
        PickleScan scan = new PickleScan(file, bytes, ownClass, sizes);
        try {
            scan.run();
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | ClassCastException
                | NoSuchElementException
                | IllegalArgumentException
                | NullPointerException e) {
            throw new RefusedScriptException("%s is no pickle that TorchScript writes".formatted(file));
        }
        return scan.root;
    }

    private void run() {
        int values = 0;
        while (true) {
            int operation = in.get() & 0xff;
            if (operation == '.') {
                if (in.hasRemaining()) {
                    throw refused("there are bytes behind its end");
                }
                return;
            }
            if (++values > MOST_VALUES) {
                throw refused("it holds more than %d values".formatted(MOST_VALUES));
            }
            step(operation);
        }
    }

    private void step(int operation) {
        switch (operation) {
            case 0x80 -> in.get();
            case 'c' -> push(global(line() + " " + line()));
            case '(' -> marks.push(stack.size());
            case ')', ']', 't', 0x85, 0x86, 0x87 -> tuple(operation);
            case '}' -> push(Other.VALUE);
            case 'N', 0x88, 0x89 -> push(Other.VALUE);
            case 'K' -> push((long) (in.get() & 0xff));
            case 'M' -> push((long) (in.getShort() & 0xffff));
            case 'J' -> push((long) in.getInt());
            case 0x8a -> push(longValue());
            case 'G' -> push((double) in.order(ByteOrder.BIG_ENDIAN).getDouble());
            case 'X' -> push(text(in.order(ByteOrder.LITTLE_ENDIAN).getInt()));
            case 'q' -> memo.put(in.get() & 0xff, top());
            case 'r' -> memo.put(in.getInt(), top());
            case 'h' -> push(remembered(in.get() & 0xff));
            case 'j' -> push(remembered(in.getInt()));
            case 'a' -> pop();
            case 's' -> {
                pop();
                pop();
            }
            case 'e', 'u' -> extend();
            case 'b' -> {
                pop();
                pop();
                push(Other.VALUE);
            }
            case 0x81 -> make();
            case 'R' -> call();
            case 'Q' -> push(storage(pop()));
            default -> throw refused("the operation 0x%02x is not accepted".formatted(operation));
        }
        in.order(ByteOrder.LITTLE_ENDIAN);
    }

    private Object global(String name) {
        boolean own = ownClass.test(name.replace(' ', '.'));
        if (!own && !GLOBALS.contains(name) && !STORAGES.containsKey(name)) {
            throw refused("the name '%s' is not accepted".formatted(printable(name.replace(' ', '.'))));
        }
        return new Global(name);
    }

    private static String printable(String name) {
        String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
        return shown.replaceAll("[^ -~…]", "?");
    }

    private void tuple(int operation) {
        int count = switch (operation) {
            case ')', ']' -> 0;
            case 't' -> stack.size() - marks.pop();
            default -> operation - 0x84;
        };
        List<Object> tail = stack.subList(stack.size() - count, stack.size());
        List<Object> tuple = new ArrayList<>(tail);
        tail.clear();
        push(tuple);
    }

    /**
     * Entries for the list or dictionary below the mark. A list keeps its numbers, which may be a tensor's sides, and so it does
     * where it was kept before they came: to the reader it is the same list.
     */
    @SuppressWarnings("unchecked")
    private void extend() {
        int mark = marks.pop();
        List<Object> tail = stack.subList(mark, stack.size());
        List<Object> entries = List.copyOf(tail);
        tail.clear();
        if (top() instanceof List<?> list) {
            ((List<Object>) list).addAll(entries);
        }
    }

    private void make() {
        pop();
        Global made = (Global) pop();
        if (!ownClass.test(made.name().replace(' ', '.'))) {
            throw refused("an object of '%s' is not accepted".formatted(made.name()));
        }
        if (root == null) {
            root = made.name().replace(' ', '.');
        }
        push(Other.VALUE);
    }

    private void call() {
        List<?> arguments = (List<?>) pop();
        Global function = (Global) pop();
        if (!GLOBALS.contains(function.name())) {
            throw refused("a call of '%s' is not accepted".formatted(function.name()));
        }
        if (function.name().endsWith("_rebuild_tensor_v2")) {
            requireWithin((Storage) arguments.get(0), (Long) arguments.get(1), (List<?>) arguments.get(2), (List<?>)
                    arguments.get(3));
        }
        push(Other.VALUE);
    }

    private void requireWithin(Storage storage, long offset, List<?> sizes, List<?> strides) {
        try {
            long last = offset;
            boolean empty = false;
            for (int i = 0; i < sizes.size(); i++) {
                long side = (Long) sizes.get(i);
                long stride = (Long) strides.get(i);
                empty |= side == 0;
                if (side < 0 || stride < 0 || (stride == 0 && side > 1)) {
                    throw refused("a tensor of sides %s and strides %s is not accepted".formatted(sizes, strides));
                }
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, side - 1), stride));
            }
            if (offset < 0 || sizes.size() != strides.size() || (!empty && last >= storage.numbers())) {
                throw refused("a tensor of sides %s reaches beyond its %d stored numbers"
                        .formatted(sizes, storage.numbers()));
            }
        } catch (ArithmeticException e) {
            throw refused("a tensor of sides %s is too large".formatted(sizes));
        }
    }

    private Storage storage(Object id) {
        List<?> parts = (List<?>) id;
        Integer width = STORAGES.get(((Global) parts.get(1)).name());
        String key = (String) parts.get(2);
        long numbers = (Long) parts.get(4);
        Long bytes = sizes.get(key);
        if (width == null || !"storage".equals(parts.get(0))) {
            throw refused("a storage is not described as TorchScript does");
        }
        if (bytes == null || numbers < 0 || numbers > bytes / width || numbers * width != bytes) {
            throw refused("the storage '%s' of %d numbers is not what the archive holds, %s bytes"
                    .formatted(printable(key), numbers, bytes == null ? "no" : bytes));
        }
        return new Storage(numbers);
    }

    private String line() {
        int start = in.position();
        while (in.get() != '\n') {
            if (in.position() - start > 1_000) {
                throw refused("a name is too long");
            }
        }
        return new String(in.array(), start, in.position() - 1 - start, StandardCharsets.UTF_8);
    }

    private String text(int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    private long longValue() {
        int length = in.get() & 0xff;
        if (length > 8) {
            throw refused("a number has more than 64 bits");
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (in.get() & 0xffL) << (8 * i);
        }
        return length > 0 && length < 8 ? value << (64 - 8 * length) >> (64 - 8 * length) : value;
    }

    private Object remembered(int place) {
        Object value = memo.get(place);
        if (value == null) {
            throw refused("it refers to a value that it did not keep");
        }
        return value;
    }

    private void push(Object value) {
        stack.add(value);
    }

    private Object top() {
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        return stack.remove(stack.size() - 1);
    }

    private RefusedScriptException refused(String what) {
        return new RefusedScriptException("%s, byte %d: %s".formatted(file, in.position(), what));
    }
}
