// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.meterbill.FrameCodec;
import org.meterbill.MeterbillException;
import org.meterbill.Signer;
import org.meterbill.Tariff;

/** Another virtual machine with {@code -Xcheck:jni} runs calls of every form and has nothing to say; and one runs the library as a module. */
class JniTest {
    private static String java(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    @Test
    void nothingToSay() throws Exception {
        String said = java(List.of("-Xcheck:jni", "-cp", System.getProperty("java.class.path"), JniTest.class.getName()));
        assertTrue(said.contains("all forms done"), said);
        assertFalse(said.contains("native method") || said.contains("JNI"), said);
    }

    @Test
    void asAModule() throws Exception {
        String jar = System.getProperty("meterbill.jar");
        List<String> arguments = new ArrayList<>();
        if (Runtime.version().feature() >= 17) {
            arguments.add("--enable-native-access=org.meterbill");
        }
        String tests = Paths.get(JniTest.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        arguments.addAll(List.of("--module-path", jar, "--add-modules", "org.meterbill", "-cp",
            String.join(File.pathSeparator, tests, System.getProperty("java.class.path").replace(jar, tests)), JniTest.class.getName()));
        String said = java(arguments);
        assertTrue(said.contains("module org.meterbill"), said);
        assertFalse(said.contains("WARNING"), said);
    }

    /** What the other virtual machine runs. */
    public static void main(String[] arguments) {
        System.out.println("in " + Tariff.class.getModule());
        try (Tariff tariff = Tariff.compile(Samples.HOME); FrameCodec codec = FrameCodec.open("dlt645"); Signer signer = Signer.open(new byte[] {1, 2, 3, 4, 5, 6, 7, 8,
            9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32})) {
            for (int i = 0; i < 100; i++) {
                tariff.total(new BigDecimal("152.75"), Samples.JANUARY, Samples.FEBRUARY);
                tariff.canonical();
                codec.decode(new byte[300]);
                codec.feed(new byte[300]).count();
                signer.publicKey();
                refuse(() -> Tariff.compile("{\"\": \"" + "x".repeat(1000) + "\"}"));
                refuse(() -> Signer.open(new byte[31]));
                refuse(() -> codec.encode("{}"));
                refuse(() -> signer.signCommand("realm", "{}"));
            }
        }
        System.out.println("all forms done");
    }

    private static void refuse(Runnable call) {
        try {
            call.run();
        } catch (MeterbillException refusal) {
            return;
        }
        throw new AssertionError("not refused");
    }
}
