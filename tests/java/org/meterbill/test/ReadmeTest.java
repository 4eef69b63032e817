// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's program, run as README says, prints what README says. */
class ReadmeTest {
    @Test
    void theProgram(@TempDir Path folder) throws Exception {
        String readme = Files.readString(Paths.get(System.getProperty("meterbill.root"), "README.md"));
        Matcher found = Pattern.compile("```java\n(.*?)```\n```sh\njava -cp \\S+ (\\S+)\n```\n```text\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertTrue(found.find());
        Path program = folder.resolve(found.group(2));
        Files.writeString(program, found.group(1));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("meterbill.jar"),
            program.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertEquals(found.group(3), new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, process.waitFor());
    }
}
