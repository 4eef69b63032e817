// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The stories of examples/, run from their source with the jar, print what they print in the other languages. */
class ExamplesTest {
    private static final Path EXAMPLES = Paths.get(System.getProperty("meterbill.root"), "examples");

    @TestFactory
    Stream<DynamicTest> stories() throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(EXAMPLES, 2)) {
            sources = files.filter(path -> path.toString().endsWith(".java")).sorted().collect(Collectors.toList());
        }
        assertTrue(sources.size() >= 6, sources.toString());
        return sources.stream().map(source -> DynamicTest.dynamicTest(source.getFileName().toString(), () -> {
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("meterbill.jar"),
                source.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(Files.readString(source.resolveSibling("expected.txt")), said);
            assertEquals(0, process.waitFor());
        }));
    }
}
