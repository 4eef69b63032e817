// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A JSON document, or a value in one, that keeps its text to the byte: what was read is what is handed on. Immutable.
 *
 * <p>Only reading is strict here (duplicate keys, text behind the document and broken numbers are refused); what a document must hold is the C library's to say.
 */
public final class Document {
    private final String source;
    private final int begin;
    private final int end;
    /** A Map, a List, a String, a Boolean; null for null and for numbers, which stay text. */
    private final Object value;

    Document(String source, int begin, int end, Object value) {
        this.source = source;
        this.begin = begin;
        this.end = end;
        this.value = value;
    }

    /**
     * Reads a document.
     *
     * @param json the text
     * @return the document
     * @throws MeterbillException {@link Status#E_SYNTAX}, {@link Status#E_DUPLICATE_KEY}, {@link Status#E_LIMIT}: no JSON, or more than 64 levels
     */
    public static Document parse(String json) {
        return new JsonReader(Objects.requireNonNull(json, "json")).read();
    }

    /**
     * Reads a file.
     *
     * @param path a file of UTF-8
     * @return the document
     * @throws java.io.UncheckedIOException the file cannot be read
     * @throws MeterbillException as {@link #parse}
     */
    public static Document read(Path path) {
        return parse(Text.of(Text.file(path)));
    }

    /**
     * A member of an object.
     *
     * @param key its name
     * @return the member
     * @throws NoSuchElementException there is none of that name
     */
    public Document get(String key) {
        Document member = members().get(key);
        if (member == null) {
            throw new NoSuchElementException("the document has no member \"" + key + "\"");
        }
        return member;
    }

    /**
     * Whether an object has a member that is not null.
     *
     * @param key its name
     * @return true if it has
     */
    public boolean has(String key) {
        Document member = members().get(key);
        return member != null && !member.isNull();
    }

    /**
     * The members of an object, in their order.
     *
     * @return an unmodifiable map
     * @throws IllegalStateException this is no object
     */
    @SuppressWarnings("unchecked") // only JsonReader makes the map
    public Map<String, Document> members() {
        return (Map<String, Document>) as(Map.class, "an object");
    }

    /**
     * The items of an array.
     *
     * @return an unmodifiable list
     * @throws IllegalStateException this is no array
     */
    @SuppressWarnings("unchecked") // only JsonReader makes the list
    public List<Document> items() {
        return (List<Document>) as(List.class, "an array");
    }

    /**
     * The items of an array, one after the other.
     *
     * @return a stream
     * @throws IllegalStateException this is no array
     */
    public Stream<Document> stream() {
        return items().stream();
    }

    /**
     * What a text says.
     *
     * @return the text without its quotes
     * @throws IllegalStateException this is no text
     */
    public String text() {
        return (String) as(String.class, "a text");
    }

    /**
     * A decimal: a number, or a text that holds one, as amounts are written.
     *
     * @return exactly what is written
     * @throws IllegalStateException this is neither
     */
    public BigDecimal decimal() {
        String digits = value instanceof String ? (String) value : isNumber() ? toString() : null;
        try {
            if (digits != null) {
                return new BigDecimal(digits);
            }
        } catch (NumberFormatException other) {
            throw new IllegalStateException("the value is no decimal: " + toString(), other);
        }
        throw new IllegalStateException("the value is no decimal: " + toString());
    }

    /**
     * A whole number.
     *
     * @return the number
     * @throws IllegalStateException this is none that fits 64 bits
     */
    public long whole() {
        try {
            return decimal().longValueExact();
        } catch (ArithmeticException other) {
            throw new IllegalStateException("the value is no whole number: " + toString(), other);
        }
    }

    /**
     * Bytes that are written as hexadecimal digits, two each.
     *
     * @return the bytes
     * @throws IllegalStateException this is no such text
     */
    public byte[] bytes() {
        String digits = text();
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) < 128 ? Character.digit(digits.charAt(i), 16) : -1;
            if (digit < 0 || digits.length() % 2 != 0) {
                throw new IllegalStateException("the value is not hexadecimal: " + toString());
            }
            bytes[i / 2] = (byte) (bytes[i / 2] << 4 | digit);
        }
        return bytes;
    }

    /**
     * True or false.
     *
     * @return which
     * @throws IllegalStateException this is neither
     */
    public boolean truth() {
        return (Boolean) as(Boolean.class, "true or false");
    }

    /**
     * Whether this is null.
     *
     * @return true if it is
     */
    public boolean isNull() {
        return value == null && source.charAt(begin) == 'n';
    }

    private boolean isNumber() {
        return value == null && !isNull();
    }

    private Object as(Class<?> type, String what) {
        if (!type.isInstance(value)) {
            throw new IllegalStateException("the value is not " + what + ": " + (end - begin > 80 ? source.substring(begin, begin + 80) + "…" : toString()));
        }
        return value;
    }

    /** The text, to the byte. */
    @Override
    public String toString() {
        return source.substring(begin, end);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Document && toString().equals(other.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Reads once from left to right. */
    private static final class JsonReader {
        private static final int DEPTH = 64;
        private final String source;
        private int at;

        JsonReader(String source) {
            this.source = source;
        }

        Document read() {
            Document document = value(0);
            blanks();
            if (at < source.length()) {
                throw wrong("text behind the document");
            }
            return document;
        }

        private MeterbillException wrong(String what) {
            return new MeterbillException(Status.E_SYNTAX, what + " at character " + at);
        }

        private void blanks() {
            while (at < source.length() && " \t\r\n".indexOf(source.charAt(at)) >= 0) {
                at++;
            }
        }

        private char next() {
            if (at >= source.length()) {
                throw wrong("the document ends too early");
            }
            return source.charAt(at);
        }

        private void expect(char wanted) {
            if (next() != wanted) {
                throw wrong("expected '" + wanted + "'");
            }
            at++;
        }

        private Document value(int depth) {
            if (depth > DEPTH) {
                throw new MeterbillException(Status.E_LIMIT, "more than " + DEPTH + " levels");
            }
            blanks();
            int begin = at;
            Object value;
            switch (next()) {
                case '{':
                    value = object(depth);
                    break;
                case '[':
                    value = array(depth);
                    break;
                case '"':
                    value = string();
                    break;
                case 't':
                    value = word("true", Boolean.TRUE);
                    break;
                case 'f':
                    value = word("false", Boolean.FALSE);
                    break;
                case 'n':
                    value = word("null", null);
                    break;
                default:
                    value = number();
            }
            return new Document(source, begin, at, value);
        }

        private Object word(String word, Object value) {
            if (!source.startsWith(word, at)) {
                throw wrong("expected " + word);
            }
            at += word.length();
            return value;
        }

        private Object number() {
            int begin = at;
            while (at < source.length() && "+-.0123456789eE".indexOf(source.charAt(at)) >= 0) {
                at++;
            }
            if (!source.substring(begin, at).matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
                at = begin;
                throw wrong("no value of JSON");
            }
            return null;
        }

        private Map<String, Document> object(int depth) {
            Map<String, Document> members = new LinkedHashMap<>();
            at++;
            blanks();
            while (next() != '}') {
                if (!members.isEmpty()) {
                    expect(',');
                    blanks();
                }
                if (next() != '"') {
                    throw wrong("expected a key");
                }
                String key = string();
                blanks();
                expect(':');
                if (members.put(key, value(depth + 1)) != null) {
                    throw new MeterbillException(Status.E_DUPLICATE_KEY, "the key \"" + key + "\" stands twice");
                }
                blanks();
            }
            at++;
            return Collections.unmodifiableMap(members);
        }

        private List<Document> array(int depth) {
            List<Document> items = new ArrayList<>();
            at++;
            blanks();
            while (next() != ']') {
                if (!items.isEmpty()) {
                    expect(',');
                }
                items.add(value(depth + 1));
                blanks();
            }
            at++;
            return Collections.unmodifiableList(items);
        }

        private String string() {
            int begin = ++at;
            while (next() != '"') {
                if (next() < ' ') {
                    throw wrong("a control character in a text");
                }
                if (next() == '\\') {
                    return escaped(begin);
                }
                at++;
            }
            return source.substring(begin, at++);
        }

        private String escaped(int begin) {
            StringBuilder text = new StringBuilder(source.substring(begin, at));
            while (next() != '"') {
                char c = next();
                if (c < ' ') {
                    throw wrong("a control character in a text");
                }
                at++;
                text.append(c == '\\' ? escape() : c);
            }
            at++;
            return text.toString();
        }

        private char escape() {
            char c = next();
            at++;
            if (c == 'u' && at + 4 <= source.length() && source.substring(at, at + 4).matches("[0-9A-Fa-f]{4}")) {
                at += 4;
                return (char) Integer.parseInt(source.substring(at - 4, at), 16);
            }
            int which = "\"\\/bfnrt".indexOf(c);
            if (which < 0) {
                throw wrong("an escape that JSON does not have");
            }
            return "\"\\/\b\f\n\r\t".charAt(which);
        }
    }
}
