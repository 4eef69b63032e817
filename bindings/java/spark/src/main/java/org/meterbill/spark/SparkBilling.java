// SPDX-License-Identifier: Apache-2.0
package org.meterbill.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.meterbill.BillsHash;

/**
 * Prices a table of readings on Spark. Immutable: each method gives another one.
 *
 * <pre>{@code
 * Dataset<Row> bills = SparkBilling.of(tariffJson).register("import", "readings").keep("month", "part").price(readings);
 * SparkBilling.write(bills, "bills", "month", "part");
 * }</pre>
 *
 * <p>A row of the readings is a meter-month: {@code account}, {@code contract} (string), {@code from_utc_s}, {@code to_utc_s}, {@code step_s} (bigint; the first
 * reading begins at {@code from_utc_s}), for each register a column of array&lt;bigint&gt; in 10^-6 of its unit (null: the account has no such register), and where
 * they are there {@code facts} and {@code position} (string: documents of the account's own, or null).
 *
 * <p>A row of the bills has {@code account}, {@code contract}, the columns that are kept, {@code tariff}, {@code version}, {@code from_utc_s}, {@code to_utc_s},
 * {@code currency}, {@code total_micro} (10^-6), {@code flags}, {@code bill} (the document, to the byte what the program and a store make) and {@code position}, which
 * goes into the next month's row; and {@code status}, {@code path}, {@code message}: "OK", or why the row was refused. {@code meterbill.spark} of Python reads and
 * gives the same.
 *
 * <p>Nothing is shuffled; a task holds at most 512 rows, or about a million readings, at a time. Documents are broadcast as text, and each is compiled once in an
 * executor. The jar of the library must be on the executors' class path ({@code --jars}).
 */
public final class SparkBilling {
    private static final String[][] ANSWER = {{"tariff", "string"}, {"version", "string"}, {"from_utc_s", "bigint"}, {"to_utc_s", "bigint"}, {"currency", "string"},
        {"total_micro", "bigint"}, {"flags", "bigint"}, {"bill", "string"}, {"position", "string"}, {"status", "string"}, {"path", "string"}, {"message", "string"}};
    private static final String[][] FIRST = {{"account", "string"}, {"contract", "string"}, {"from_utc_s", "bigint"}, {"to_utc_s", "bigint"}, {"step_s", "bigint"}};

    private final Plan plan;

    private SparkBilling(Plan plan) {
        this.plan = plan;
    }

    /**
     * Begins with tariffs.
     *
     * @param tariffs documents, of different ids or versions
     * @return what takes registers and contracts
     */
    public static SparkBilling of(String... tariffs) {
        Plan plan = new Plan();
        plan.tariffs = tariffs.clone();
        return new SparkBilling(plan);
    }

    /**
     * A register, and the column of its readings.
     *
     * @param name   in the tariffs
     * @param column of array&lt;bigint&gt;
     * @return another one
     */
    public SparkBilling register(String name, String column) {
        Plan copy = plan.copy();
        copy.registers.put(name, column);
        return new SparkBilling(copy);
    }

    /**
     * A contract that rows name. Without any, a row's contract is the id of a tariff.
     *
     * @param name     in the column {@code contract}
     * @param contract what the accounts have in common
     * @return another one
     */
    public SparkBilling contract(String name, Contract contract) {
        Plan copy = plan.copy();
        copy.contracts.put(name, contract);
        return new SparkBilling(copy);
    }

    /**
     * Columns that go along, such as those that the bills are laid out by.
     *
     * @param columns of the readings
     * @return another one
     */
    public SparkBilling keep(String... columns) {
        Plan copy = plan.copy();
        copy.keep = columns.clone();
        return new SparkBilling(copy);
    }

    /**
     * A row that is refused becomes a row with status, path and message and no bill. Without this it fails its task, named by partition and account, so that no
     * half month is written.
     *
     * @return another one
     */
    public SparkBilling refusedAsRows() {
        Plan copy = plan.copy();
        copy.rows = true;
        return new SparkBilling(copy);
    }

    /**
     * The bills of a table of readings, one a row.
     *
     * @param readings the table
     * @return the bills, priced when Spark runs them
     * @throws org.meterbill.MeterbillException a tariff that does not compile
     * @throws IllegalArgumentException         a column that is missing or has another type; a contract whose tariff is not among the tariffs, or two of one id and
     *                                          version. In a task, an executor without the native library is an IllegalStateException that names the host
     */
    public Dataset<Row> price(Dataset<Row> readings) {
        Plan whole = plan.copy();
        Map<String, String> types = types(readings);
        check(types);
        whole.hasFacts = types.containsKey("facts");
        whole.hasPositions = types.containsKey("position");
        Shelf shelf = shelf(whole);
        try {
            whole.contracts.forEach(shelf::check);
        } catch (Refusal refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
        Broadcast<Plan> broadcast = JavaSparkContext.fromSparkContext(readings.sparkSession().sparkContext()).broadcast(whole);
        return readings.select(chosen(whole)).mapPartitions(new Task(broadcast), Encoders.row(schema(readings.schema())));
    }

    /** In a task: rows in, bills out. */
    private static final class Task implements MapPartitionsFunction<Row, Row> {
        private static final long serialVersionUID = 1L;
        private final Broadcast<Plan> plan;

        Task(Broadcast<Plan> plan) {
            this.plan = plan;
        }

        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            return desk(rows, plan.value(), TaskContext.getPartitionId());
        }
    }

    /** A link error would end the executor, and name nothing. */
    static Iterator<Row> desk(Iterator<Row> rows, Plan plan, int partition) {
        try {
            return new Desk(rows, plan, partition);
        } catch (LinkageError missing) {
            throw new IllegalStateException("the executor on " + host() + " has no native library of meterbill: " + missing.getMessage(), missing);
        }
    }

    private static Shelf shelf(Plan plan) {
        try {
            return new Shelf(plan);
        } catch (Refusal refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "this host";
        }
    }

    private static Map<String, String> types(Dataset<Row> table) {
        Map<String, String> types = new HashMap<>();
        Arrays.stream(table.schema().fields()).forEach(field -> types.put(field.name(), field.dataType().catalogString()));
        return types;
    }

    private void check(Map<String, String> types) {
        Map<String, String> wanted = new LinkedHashMap<>();
        Arrays.stream(FIRST).forEach(column -> wanted.put(column[0], column[1]));
        plan.registers.values().forEach(column -> wanted.put(column, "array<bigint>"));
        for (String name : new String[] {"facts", "position"}) {
            if (types.containsKey(name)) {
                wanted.put(name, "string");
            }
        }
        for (String name : plan.keep) {
            if (Arrays.stream(ANSWER).anyMatch(column -> column[0].equals(name)) || name.equals("account") || name.equals("contract")) {
                throw new IllegalArgumentException("the column \"" + name + "\" cannot be kept: the bills have one of that name");
            }
            wanted.putIfAbsent(name, types.getOrDefault(name, "any type"));
        }
        wanted.forEach((name, type) -> {
            if (!types.containsKey(name)) {
                throw new IllegalArgumentException("the readings have no column \"" + name + "\" (" + type + ")");
            }
            if (!types.get(name).equals(type)) {
                throw new IllegalArgumentException("the column \"" + name + "\" is " + types.get(name) + ", expected " + type);
            }
        });
    }

    private static Column[] chosen(Plan plan) {
        List<Column> columns = new ArrayList<>();
        Arrays.stream(FIRST).forEach(column -> columns.add(col(column[0])));
        columns.add(plan.hasFacts ? col("facts") : lit(null).cast("string"));
        columns.add(plan.hasPositions ? col("position") : lit(null).cast("string"));
        plan.registers.values().forEach(column -> columns.add(col(column)));
        Arrays.stream(plan.keep).forEach(column -> columns.add(col(column)));
        return columns.toArray(new Column[0]);
    }

    private StructType schema(StructType readings) {
        StructType schema = new StructType().add("account", "string").add("contract", "string");
        for (String name : plan.keep) {
            DataType type = readings.apply(name).dataType();
            schema = schema.add(name, type);
        }
        for (String[] column : ANSWER) {
            schema = schema.add(column[0], column[1]);
        }
        return schema;
    }

    /**
     * Writes bills as Parquet, one folder a value of the columns, such as {@code month=2026-01/part=7}.
     *
     * <p>Exactly once: what a task writes counts when Spark commits the task, one attempt of each, so a task that ran twice, or died, leaves nothing double or half;
     * a folder that is written again takes the place of the one before, and other folders stay as they are. Run again whatever was cut short. A folder for which
     * there is not one row any more is left as it was: remove it.
     *
     * @param bills  what {@link #price} gives
     * @param folder where
     * @param by     the columns that name a folder, at least one
     * @throws IllegalArgumentException no column
     */
    public static void write(Dataset<Row> bills, String folder, String... by) {
        if (by.length == 0) {
            throw new IllegalArgumentException("by is empty, expected the columns that name a folder of bills");
        }
        bills.write().mode("overwrite").option("partitionOverwriteMode", "dynamic").partitionBy(by).parquet(folder);
    }

    /**
     * The hash of bills by the values of columns. It is what {@link BillsHash} says of the same accounts and bills on one machine.
     *
     * @param bills what {@link #price} or a folder that was written gives
     * @param by    such as month and part; none: one hash under the empty list
     * @return by the values of these columns, as text or null
     * @throws IllegalArgumentException a row has no bill
     */
    public static Map<List<String>, BillsHash> hash(Dataset<Row> bills, String... by) {
        if (!bills.where("bill is null").limit(1).isEmpty()) {
            throw new IllegalArgumentException("a row has no bill: it was refused, and a hash without it would say too little");
        }
        List<Column> columns = new ArrayList<>(List.of(col("account"), col("bill")));
        StructType schema = new StructType().add("hash", DataTypes.StringType);
        for (String name : by) {
            columns.add(col(name).cast("string"));
            schema = schema.add("by_" + name, DataTypes.StringType);
        }
        MapPartitionsFunction<Row, Row> sums = SparkBilling::hashes;
        Map<List<String>, BillsHash> whole = new LinkedHashMap<>();
        for (Row row : bills.select(columns.toArray(new Column[0])).mapPartitions(sums, Encoders.row(schema)).collectAsList()) {
            whole.computeIfAbsent(values(row, 1), key -> new BillsHash()).add(BillsHash.parse(row.getString(0)));
        }
        return whole;
    }

    private static Iterator<Row> hashes(Iterator<Row> rows) {
        Map<List<String>, BillsHash> parts = new LinkedHashMap<>();
        while (rows.hasNext()) {
            Row row = rows.next();
            parts.computeIfAbsent(values(row, 2), key -> new BillsHash()).add(row.getString(0), row.getString(1));
        }
        List<Row> answers = new ArrayList<>();
        parts.forEach((key, hash) -> {
            List<Object> cells = new ArrayList<>(key);
            cells.add(0, hash.toString());
            answers.add(RowFactory.create(cells.toArray()));
        });
        return answers.iterator();
    }

    private static List<String> values(Row row, int from) {
        List<String> values = new ArrayList<>();
        for (int i = from; i < row.size(); i++) {
            values.add(row.getString(i));
        }
        return values;
    }
}
