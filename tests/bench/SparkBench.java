// SPDX-License-Identifier: Apache-2.0
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.meterbill.Billed;
import org.meterbill.BillsHash;
import org.meterbill.Bulk;
import org.meterbill.Tariff;
import org.meterbill.spark.SparkBilling;

/**
 * One month of readings in Parquet to bills in Parquet, by one core: SparkBench plain|spark READINGS BILLS TARIFF.json RUNS. A line a run, "CPU-SECONDS SECONDS" of the
 * whole process, then the hash of the bills. Both read and write with the jars that Spark carries.
 */
public final class SparkBench {
    private static final int AT_ONCE = 512;
    private static final MessageType BILL = MessageTypeParser.parseMessageType("message bill { required binary account (STRING); required binary contract (STRING);"
        + " required binary tariff (STRING); required binary version (STRING); required int64 from_utc_s; required int64 to_utc_s; required binary currency (STRING);"
        + " required int64 total_micro; required int64 flags; required binary bill (STRING); required binary position (STRING); required binary status (STRING);"
        + " optional binary path (STRING); optional binary message (STRING); }");

    private SparkBench() {}

    interface Run {
        void once() throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        String readings = arguments[1];
        String bills = arguments[2];
        String tariff = Files.readString(Path.of(arguments[3]));
        int runs = Integer.parseInt(arguments[4]);
        if (arguments[0].equals("plain")) {
            time(runs, () -> new Plain(tariff).price(readings, bills));
            return;
        }
        SparkSession session = SparkSession.builder().master("local[1]").config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1").getOrCreate();
        session.sparkContext().setLogLevel("OFF");
        time(runs, () -> {
            Dataset<Row> priced = SparkBilling.of(tariff).register("import", "readings").keep("part").price(session.read().parquet(readings));
            SparkBilling.write(priced, bills, "part");
        });
        BillsHash whole = new BillsHash();
        SparkBilling.hash(session.read().parquet(bills)).values().forEach(whole::add);
        SparkBilling.hash(session.read().parquet(bills + "-plain")).values().forEach(hash -> System.out.println("plain " + hash));
        System.out.println("spark " + whole);
        session.stop();
    }

    private static void time(int runs, Run run) throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        for (int i = 0; i < runs; i++) {
            long cpu = system.getProcessCpuTime();
            long begin = System.nanoTime();
            run.once();
            System.out.println((system.getProcessCpuTime() - cpu) / 1e9 + " " + (System.nanoTime() - begin) / 1e9);
        }
    }

    /** A meter-month as it is read; used again for the next. */
    private static final class Month {
        String account;
        String contract;
        long from;
        long to;
        long step;
        int part;
        long[] values = new long[1024];
        int n;
    }

    private static final class Plain {
        private final Tariff tariff;
        private final String version;
        private final Map<Integer, ParquetWriter<Out>> writers = new HashMap<>();
        private final List<Month> waiting = new ArrayList<>();
        private LongBuffer column;
        private Bulk bulk;

        Plain(String json) {
            tariff = Tariff.compile(json);
            version = tariff.info().get("version").text();
        }

        void price(String readings, String bills) throws IOException {
            remove(Path.of(bills));
            try (Stream<Path> files = Files.list(Path.of(readings))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).sorted().toList()) {
                    read(file, bills);
                }
            }
            bill(bills);
            for (ParquetWriter<Out> writer : writers.values()) {
                writer.close();
            }
            bulk.close();
            tariff.close();
        }

        private void read(Path file, String bills) throws IOException {
            try (ParquetReader<Month> reader = ParquetReader.builder(new MonthReading(), new org.apache.hadoop.fs.Path(file.toUri())).build()) {
                for (Month month = reader.read(); month != null; month = reader.read()) {
                    waiting.add(month);
                    if (waiting.size() == AT_ONCE) {
                        bill(bills);
                    }
                }
            }
        }

        /** All of them have one span here, as a month's readings do. */
        private void bill(String bills) throws IOException {
            if (waiting.isEmpty()) {
                return;
            }
            Month first = waiting.get(0);
            if (bulk == null) {
                Instant from = Instant.ofEpochSecond(first.from);
                bulk = Bulk.of(tariff).span(from, Instant.ofEpochSecond(first.to)).axis(from, Duration.ofSeconds(first.step), first.n).register("import").open();
                column = Bulk.column(AT_ONCE * first.n);
            }
            column.clear();
            waiting.forEach(month -> column.put(month.values, 0, month.n));
            List<Billed> billed = bulk.bills(waiting.size(), List.of(column.flip()), null, null);
            for (int i = 0; i < billed.size(); i++) {
                Month month = waiting.get(i);
                writer(bills, month.part).write(new Out(month, tariff.id(), version, tariff.currency(), billed.get(i)));
            }
            waiting.clear();
        }

        private ParquetWriter<Out> writer(String bills, int part) {
            return writers.computeIfAbsent(part, key -> {
                try {
                    return new BillWriting(new org.apache.hadoop.fs.Path(bills + "/part=" + key + "/0.parquet")).withCompressionCodec(CompressionCodecName.SNAPPY).build();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        }
    }

    private record Out(Month month, String tariff, String version, String currency, Billed billed) {}

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** Straight into arrays: no object a reading. */
    private static final class MonthReading extends ReadSupport<Month> {
        @Override
        public ReadContext init(InitContext context) {
            return new ReadContext(context.getFileSchema());
        }

        @Override
        public RecordMaterializer<Month> prepareForRead(Configuration configuration, Map<String, String> metadata, MessageType schema, ReadContext context) {
            Root root = new Root(schema);
            return new RecordMaterializer<>() {
                @Override
                public Month getCurrentRecord() {
                    return root.month;
                }

                @Override
                public GroupConverter getRootConverter() {
                    return root;
                }
            };
        }
    }

    private static final class Root extends GroupConverter {
        private final Converter[] fields;
        Month month;

        Root(MessageType schema) {
            fields = new Converter[schema.getFieldCount()];
            for (int i = 0; i < fields.length; i++) {
                String name = schema.getFieldName(i);
                fields[i] = name.equals("readings") ? new Nested(new Nested(new Cell("value"))) : new Cell(name);
            }
        }

        @Override
        public Converter getConverter(int field) {
            return fields[field];
        }

        @Override
        public void start() {
            month = new Month();
        }

        @Override
        public void end() {}

        private final class Cell extends PrimitiveConverter {
            private final String name;

            Cell(String name) {
                this.name = name;
            }

            @Override
            public void addLong(long value) {
                switch (name) {
                    case "value" -> month.values[month.n++] = value;
                    case "from_utc_s" -> month.from = value;
                    case "to_utc_s" -> month.to = value;
                    default -> month.step = value;
                }
            }

            @Override
            public void addInt(int value) {
                month.part = value;
            }

            @Override
            public void addBinary(Binary value) {
                if (name.equals("account")) {
                    month.account = value.toStringUsingUTF8();
                } else {
                    month.contract = value.toStringUsingUTF8();
                }
            }
        }
    }

    private static final class Nested extends GroupConverter {
        private final Converter inner;

        Nested(Converter inner) {
            this.inner = inner;
        }

        @Override
        public Converter getConverter(int field) {
            return inner;
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }

    private static final class BillWriting extends ParquetWriter.Builder<Out, BillWriting> {
        BillWriting(org.apache.hadoop.fs.Path path) {
            super(path);
        }

        @Override
        protected BillWriting self() {
            return this;
        }

        @Override
        protected WriteSupport<Out> getWriteSupport(Configuration configuration) {
            return new WriteSupport<>() {
                private RecordConsumer to;

                @Override
                public WriteContext init(Configuration unused) {
                    return new WriteContext(BILL, Map.of());
                }

                @Override
                public void prepareForWrite(RecordConsumer consumer) {
                    to = consumer;
                }

                private void text(int field, String value) {
                    if (value == null || value.isEmpty()) {
                        return;
                    }
                    to.startField(BILL.getFieldName(field), field);
                    to.addBinary(Binary.fromString(value));
                    to.endField(BILL.getFieldName(field), field);
                }

                private void whole(int field, long value) {
                    to.startField(BILL.getFieldName(field), field);
                    to.addLong(value);
                    to.endField(BILL.getFieldName(field), field);
                }

                @Override
                public void write(Out row) {
                    to.startMessage();
                    text(0, row.month().account);
                    text(1, row.month().contract);
                    text(2, row.tariff());
                    text(3, row.version());
                    whole(4, row.month().from);
                    whole(5, row.month().to);
                    text(6, row.currency());
                    whole(7, row.billed().totalMicro());
                    whole(8, row.billed().flags());
                    text(9, row.billed().bill());
                    text(10, row.billed().position());
                    text(11, row.billed().status().name());
                    to.endMessage();
                }
            };
        }
    }
}
