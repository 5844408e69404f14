package org.nextscale.checkpoint.internal.pickle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Dict;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Global;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Opaque;
import org.nextscale.checkpoint.internal.pickle.PickleValue.PythonObject;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Sequence;

/**
 * Reads a pickle (protocols 2 to 5) as data. It knows the opcodes that PyTorch's checkpoints use and the names in
 * {@link TorchGlobal}; nothing is looked up, imported or called. What other names would have made is a
 * {@link PythonObject}, with nothing in it. It is a loop over a stack, so nesting costs no recursion, and it makes at most
 * {@value #MOST_VALUES} values, each from at least one byte that is really there.
 */
public final class Unpickler {
    private static final int MOST_VALUES = 1_000_000;
    private static final int LONGEST_NAME = 512;
    private static final int MOST_NAMED = 16;

    private final PickleInput input;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private final Set<Global> foreign = new LinkedHashSet<>();
    private int values;

    /**
     * A pickle that was read.
     *
     * @param root what it holds
     * @param foreign the first of the classes and functions in it that are not known here
     */
    public record Result(Object root, List<Global> foreign) {}

    private Unpickler(PickleInput input) {
        this.input = input;
    }

    /**
     * Reads one pickle.
     *
     * @param description what error messages begin with
     */
    public static Result read(String description, byte[] bytes) {
        Unpickler unpickler = new Unpickler(new PickleInput(description, bytes));
        Object root = unpickler.run();
        return new Result(root, List.copyOf(unpickler.foreign));
    }

    private Object run() {
        if (input.unsignedByte() != 0x80) {
            throw input.invalid("it does not begin with a protocol number");
        }
        int protocol = input.unsignedByte();
        if (protocol < 2 || protocol > 5) {
            throw input.refused("is pickled with protocol " + protocol + ", 2 to 5 are read");
        }
        while (true) {
            int opcode = input.unsignedByte();
            if (opcode == '.') {
                Object result = pop();
                if (!stack.isEmpty() || !marks.isEmpty() || input.remaining() > 0) {
                    throw input.invalid("it holds more than one object");
                }
                return result;
            }
            if (!literal(opcode) && !container(opcode) && !reference(opcode)) {
                throw input.refused("uses pickle opcode 0x" + Integer.toHexString(opcode) + " at byte "
                        + (input.position() - 1) + ", which no tensor checkpoint needs; nothing was executed");
            }
        }
    }

    private boolean literal(int opcode) {
        switch (opcode) {
            case 'N' -> push(Opaque.NONE);
            case 0x88 -> push(Boolean.TRUE);
            case 0x89 -> push(Boolean.FALSE);
            case 'K' -> push((long) input.unsignedByte());
            case 'M' -> push((long) input.unsignedShort());
            case 'J' -> push((long) input.signedInt());
            case 0x8a -> integer(input.length(1));
            case 0x8b -> integer(input.length(4));
            case 'G' -> push(input.bigEndianDouble());
            case 'X' -> push(input.text(input.length(4)));
            case 0x8c -> push(input.text(input.length(1)));
            case 0x8d -> push(input.text(input.length(8)));
            case 'U', 'C' -> opaqueBytes(1);
            case 'T', 'B' -> opaqueBytes(4);
            case 0x8e, 0x96 -> opaqueBytes(8);
            case 0x95 -> input.length(8);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void integer(int length) {
        Long value = input.integer(length);
        push(value == null ? Opaque.BIG_INTEGER : value);
    }

    private void opaqueBytes(int width) {
        input.skip(input.length(width));
        push(Opaque.BYTES);
    }

    private boolean container(int opcode) {
        switch (opcode) {
            case '(' -> {
                count();
                marks.add(stack.size());
            }
            case '}' -> push(new Dict());
            case ']', 0x8f -> push(new Sequence());
            case ')' -> push(new Sequence(List.of()));
            case 't', 'l', 0x91 -> push(new Sequence(popToMark()));
            case 0x85 -> tuple(1);
            case 0x86 -> tuple(2);
            case 0x87 -> tuple(3);
            case 'd' -> {
                List<Object> items = popToMark();
                Dict dict = new Dict();
                fill(dict, items);
                push(dict);
            }
            case 's' -> {
                Object value = pop();
                Object key = pop();
                fill(top(), List.of(key, value));
            }
            case 'u' -> {
                List<Object> items = popToMark();
                fill(top(), items);
            }
            case 'a' -> {
                Object item = pop();
                append(top(), List.of(item));
            }
            case 'e', 0x90 -> {
                List<Object> items = popToMark();
                append(top(), items);
            }
            case '0' -> {
                if (marks.isEmpty() || marks.get(marks.size() - 1) < stack.size()) {
                    pop();
                } else {
                    marks.remove(marks.size() - 1);
                }
            }
            case '1' -> popToMark();
            case '2' -> push(top());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean reference(int opcode) {
        switch (opcode) {
            case 'q' -> memoize(input.unsignedByte());
            case 'r' -> memoize(input.signedInt());
            case 0x94 -> memoize(memo.size());
            case 'h' -> recall(input.unsignedByte());
            case 'j' -> recall(input.signedInt());
            case 'c' -> {
                String module = input.line();
                global(module, input.line());
            }
            case 0x93 -> {
                Object name = pop();
                Object module = pop();
                if (!(name instanceof String) || !(module instanceof String)) {
                    throw input.invalid("a global's name is not a string");
                }
                global((String) module, (String) name);
            }
            case 'R', 0x81 -> {
                Object arguments = pop();
                Object callee = pop();
                push(call(callee, arguments));
            }
            case 0x92 -> {
                pop(); // arguments by their names: no class that is known here has any
                Object arguments = pop();
                Object callee = pop();
                push(call(callee, arguments));
            }
            case 'b' -> {
                pop();
                if (!(top() instanceof PickleValue) || top() instanceof Global) {
                    throw input.invalid("state for something that has none");
                }
            }
            case 'Q' -> push(TorchObjects.storage(input, pop()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private Object call(Object callee, Object arguments) {
        if (arguments instanceof Sequence sequence) {
            if (callee instanceof Global global) {
                return TorchObjects.call(input, global, sequence.items());
            }
            if (callee instanceof PythonObject made) {
                return TorchObjects.foreign(made.callee(), sequence.items());
            }
        }
        throw input.invalid("a call of something that is no name");
    }

    private void global(String module, String name) {
        if (module.length() > LONGEST_NAME || name.length() > LONGEST_NAME) {
            throw input.invalid("a global's name has more than " + LONGEST_NAME + " characters");
        }
        Global global = new Global(TorchGlobal.of(module, name), module, name);
        if (global.kind() == TorchGlobal.FOREIGN && foreign.size() < MOST_NAMED) {
            foreign.add(global);
        }
        push(global);
    }

    private void memoize(int key) {
        count();
        memo.put(key, top());
    }

    private void recall(int key) {
        Object value = memo.get(key);
        if (value == null) {
            throw input.invalid("it refers to item " + Integer.toUnsignedString(key) + ", which it has not defined");
        }
        push(value);
    }

    private void tuple(int size) {
        if (stack.size() - lowest() < size) {
            throw input.invalid("its stack is empty");
        }
        List<Object> end = stack.subList(stack.size() - size, stack.size());
        List<Object> items = new ArrayList<>(end);
        end.clear();
        push(new Sequence(items));
    }

    /** Puts keys and values, one after the other, into a dict. */
    private void fill(Object target, List<Object> items) {
        if (items.size() % 2 != 0) {
            throw input.invalid("a key without a value");
        }
        if (target instanceof Dict dict) {
            for (int i = 0; i < items.size(); i += 2) {
                dict.put(items.get(i), items.get(i + 1));
            }
        } else if (!(target instanceof PythonObject)) {
            throw input.invalid("a key for something that is no dict");
        }
    }

    private void append(Object target, List<Object> items) {
        if (target instanceof Sequence sequence && sequence.items() instanceof ArrayList<Object> list) {
            list.addAll(items);
        } else if (!(target instanceof PythonObject)) {
            throw input.invalid("an item for something that is no list");
        }
    }

    private int lowest() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }

    private List<Object> popToMark() {
        if (marks.isEmpty()) {
            throw input.invalid("a mark is missing");
        }
        int from = marks.remove(marks.size() - 1);
        List<Object> end = stack.subList(from, stack.size());
        List<Object> items = new ArrayList<>(end);
        end.clear();
        return items;
    }

    private Object top() {
        if (stack.size() <= lowest()) {
            throw input.invalid("its stack is empty");
        }
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        Object value = top();
        stack.remove(stack.size() - 1);
        return value;
    }

    private void push(Object value) {
        count();
        stack.add(value);
    }

    private void count() {
        if (++values > MOST_VALUES) {
            throw input.refused("holds more than " + MOST_VALUES + " pickled values, far more than a checkpoint needs");
        }
    }
}
