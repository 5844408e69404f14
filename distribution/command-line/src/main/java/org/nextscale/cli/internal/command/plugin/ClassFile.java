package org.nextscale.cli.internal.command.plugin;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;

/**
 * The beginning of a class file: which Java it is for, and which classes it cannot do without (JVM specification, 4.1 and 4.4).
 * Nothing of it is loaded.
 *
 * @param java the first version that runs it
 * @param classes whose methods and fields it uses, and those that it extends or implements, with dots
 */
record ClassFile(int java, Set<String> classes) {
    private static final int MAGIC = 0xcafebabe;
    private static final int VERSION_OF_JAVA_0 = 44;
    private static final int UTF8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    /** Many times what a compiler writes, so that a file that claims more is not read. */
    private static final int MOST_CHARACTERS = 1 << 23;

    /** @throws IOException if it is no class file, or not whole */
    static ClassFile read(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        if (in.readInt() != MAGIC) {
            throw new IOException("is no class file");
        }
        in.readUnsignedShort();
        int java = in.readUnsignedShort() - VERSION_OF_JAVA_0;
        int count = in.readUnsignedShort();
        String[] texts = new String[count];
        int[] names = new int[count];
        // A class whose constant was copied is named too, and not needed: only what a member is looked up in counts.
        Set<Integer> needed = new TreeSet<>();
        long characters = 0;
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case UTF8 -> {
                    texts[i] = in.readUTF();
                    characters += texts[i].length();
                    if (characters > MOST_CHARACTERS) {
                        throw new IOException("is larger than any class file");
                    }
                }
                case CLASS -> names[i] = in.readUnsignedShort();
                case FIELD, METHOD, INTERFACE_METHOD -> {
                    needed.add(in.readUnsignedShort());
                    in.readUnsignedShort();
                }
                default -> in.readFully(new byte[bytes(tag)]);
            }
            if (tag == LONG || tag == DOUBLE) {
                i++; // they count twice
            }
        }
        in.readUnsignedShort();
        in.readUnsignedShort();
        needed.add(in.readUnsignedShort());
        int interfaces = in.readUnsignedShort();
        for (int i = 0; i < interfaces; i++) {
            needed.add(in.readUnsignedShort());
        }
        Set<String> classes = new TreeSet<>();
        for (int index : needed) {
            int name = index < count ? names[index] : 0;
            // Methods of arrays are Object's.
            if (name < count && texts[name] != null && !texts[name].startsWith("[")) {
                classes.add(texts[name].replace('/', '.'));
            }
        }
        return new ClassFile(java, classes);
    }

    private static int bytes(int tag) throws IOException {
        return switch (tag) {
            case 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            case 3, 4, 12, 17, 18 -> 4;
            case LONG, DOUBLE -> 8;
            default -> throw new IOException("is no class file: it has a constant of kind " + tag);
        };
    }
}
