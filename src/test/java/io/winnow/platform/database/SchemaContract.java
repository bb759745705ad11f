package io.winnow.platform.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a version of the service finds in its tables and may do with them. The version after it must leave it all of that while
 * both are at work: what was there is there under its name and with its type, and nothing is asked of a row that was not asked
 * before.
 *
 * @param columns by table and name
 * @param rules constraints and unique indexes by table and text
 */
record SchemaContract(Map<String, Column> columns, Map<String, Rule> rules) {

    private static final String COLUMNS = """
            SELECT c.relname AS table_name, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
                   NOT a.attnotnull AS nullable,
                   a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '' AS filled
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
               AND NOT a.attisdropped AND c.relname <> 'flyway_schema_history'
            """;

    /** Of a foreign key, {@code target} is the table that it refers to, whose rows it may hold. */
    private static final String RULES = """
            SELECT c.relname AS table_name, pg_get_constraintdef(k.oid) AS definition,
                   ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY (k.conkey)) AS columns,
                   CASE WHEN k.confdeltype IN ('a', 'r') THEN t.relname END AS target
              FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class t ON t.oid = k.confrelid
             WHERE c.relnamespace = 'public'::regnamespace AND k.contype IN ('c', 'f', 'p', 'u', 'x')
               AND c.relname <> 'flyway_schema_history'
             UNION
            SELECT c.relname, 'UNIQUE INDEX ' || regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', ''),
                   ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY (i.indkey)), NULL
              FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
             WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique
               AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
               AND c.relname <> 'flyway_schema_history'
            """;

    /** @param filled whether a row that does not name it gets a value all the same */
    record Column(String table, String name, String type, boolean nullable, boolean filled) {

        String key() {
            return table + "." + name;
        }

        String line() {
            return "column %s %s, %s, %s"
                    .formatted(key(), type, nullable ? "null" : "not null", filled ? "default" : "no default");
        }
    }

    /**
     * @param columns of its table that it names
     * @param target table whose rows it may hold fast; null for none
     */
    record Rule(
            String table,
            String definition,
            List<String> columns,
            @Nullable String target) {

        String key() {
            return table + " " + definition;
        }
    }

    static SchemaContract of(Connection connection) throws SQLException {
        List<Column> columns = new ArrayList<>();
        List<Rule> rules = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(COLUMNS)) {
                while (row.next()) {
                    columns.add(new Column(
                            row.getString("table_name"),
                            row.getString("name"),
                            row.getString("type"),
                            row.getBoolean("nullable"),
                            row.getBoolean("filled")));
                }
            }
            try (ResultSet row = statement.executeQuery(RULES)) {
                while (row.next()) {
                    String[] named = (String[]) row.getArray("columns").getArray();
                    rules.add(new Rule(
                            row.getString("table_name"),
                            row.getString("definition"),
                            List.of(named),
                            row.getString("target")));
                }
            }
        }
        return new SchemaContract(byKey(columns, Column::key), byKey(rules, Rule::key));
    }

    /** One line for each column and each rule, sorted, as it is checked in. */
    List<String> lines() {
        TreeSet<String> lines = new TreeSet<>();
        columns.values().forEach(column -> lines.add(column.line()));
        rules.keySet().forEach(rule -> lines.add("rule " + rule));
        return List.copyOf(lines);
    }

    /**
     * What the version that {@code released} is of could not live with in this schema.
     *
     * @param released lines of {@link #lines()}
     */
    List<String> breaches(List<String> released) {
        TreeSet<String> before = new TreeSet<>(released);
        TreeSet<String> tables = before.stream()
                .filter(line -> line.startsWith("column "))
                .map(line -> line.substring("column ".length(), line.indexOf('.')))
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> breaches = new ArrayList<>();
        Map<String, String> known = new TreeMap<>();
        for (String line : before) {
            if (line.startsWith("column ")) {
                String key = line.split(" ")[1];
                known.put(key, line);
                Column now = columns.get(key);
                if (now == null) {
                    breaches.add(key + " is gone");
                } else {
                    breaches.addAll(breaches(now, line));
                }
            }
        }
        for (Column column : columns.values()) {
            if (tables.contains(column.table())
                    && !known.containsKey(column.key())
                    && !column.nullable()
                    && !column.filled()) {
                breaches.add(column.key() + " is new and must be given, which the version before does not do");
            }
        }
        for (Rule rule : rules.values()) {
            boolean ofOldColumns = rule.columns().isEmpty()
                    || rule.columns().stream().anyMatch(name -> known.containsKey(rule.table() + "." + name));
            if (!before.contains("rule " + rule.key()) && tables.contains(rule.table()) && ofOldColumns) {
                breaches.add(rule.key() + " is asked of rows that the version before writes");
            } else if (!before.contains("rule " + rule.key()) && tables.contains(Objects.toString(rule.target()))) {
                breaches.add(rule.key() + " holds rows that the version before deletes");
            }
        }
        return breaches;
    }

    private static List<String> breaches(Column now, String before) {
        List<String> breaches = new ArrayList<>();
        boolean wasNullable = before.contains(", null,");
        if (!before.startsWith("column " + now.key() + " " + now.type() + ", ")) {
            breaches.add(now.key() + " is " + now.type() + " now, and was: " + before);
        }
        if (wasNullable && !now.nullable()) {
            breaches.add(now.key() + " must not be null any more");
        }
        if (before.endsWith(", default") && !now.filled() && !now.nullable()) {
            breaches.add(now.key() + " has lost its default");
        }
        return breaches;
    }

    private static <T> Map<String, T> byKey(List<T> all, Function<T, String> key) {
        return all.stream().collect(Collectors.toMap(key, one -> one, (a, b) -> a, TreeMap::new));
    }
}
