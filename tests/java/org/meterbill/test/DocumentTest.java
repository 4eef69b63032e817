// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.meterbill.test.Samples.refused;

import java.math.BigDecimal;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.meterbill.Document;
import org.meterbill.Status;

/** Reading JSON in Java, to the byte. */
class DocumentTest {
    @Test
    void valuesAndTheirText() {
        Document document = Document.parse(" {\"a\" : \"1.50\", \"b\":[1, true ,null,-2.5e1,\"\\u00e4\\n\\\"\"],\"c\":{}} ");
        assertEquals(new BigDecimal("1.50"), document.get("a").decimal());
        assertEquals("[1, true ,null,-2.5e1,\"\\u00e4\\n\\\"\"]", document.get("b").toString());
        assertEquals(1, document.get("b").items().get(0).whole());
        assertTrue(document.get("b").items().get(1).truth());
        assertTrue(document.get("b").items().get(2).isNull());
        assertEquals(new BigDecimal("-25"), document.get("b").items().get(3).decimal().setScale(0));
        assertEquals("\u00e4\n\"", document.get("b").items().get(4).text());
        assertTrue(document.get("c").members().isEmpty());
        assertEquals(List.of("a", "b", "c"), document.members().keySet().stream().collect(Collectors.toList()));
        assertFalse(document.has("d"));
        assertThrows(NoSuchElementException.class, () -> document.get("d"));
        assertThrows(IllegalStateException.class, () -> document.get("a").items());
        assertThrows(IllegalStateException.class, () -> document.get("b").text());
        assertThrows(IllegalStateException.class, () -> document.get("a").whole());
    }

    @Test
    void whatIsNoJson() {
        for (String broken : List.of("", "{", "[1,]", "{\"a\":1,}", "01", "+1", "1.", ".5", "nul", "\"\\x\"", "\"a\nb\"", "[1] 2", "{a:1}", "\"\\ud8\"", "\"", "[\"\\")) {
            refused(Status.E_SYNTAX, () -> Document.parse(broken));
        }
        refused(Status.E_DUPLICATE_KEY, () -> Document.parse("{\"a\":1,\"a\":2}"));
        refused(Status.E_LIMIT, () -> Document.parse("[".repeat(100000)));
    }
}
