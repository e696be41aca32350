SET @noted = (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'ado' AND table_name = 'backup');
SET @made = IF(@noted = 1, 'COALESCE((SELECT made FROM ado.backup WHERE name = CAST(s.schema_name AS BINARY)), '''')', '''''');
SET @list = CONCAT('SELECT s.schema_name,
    COALESCE((SELECT CAST(SUM(t.data_length + t.index_length) AS UNSIGNED)
        FROM information_schema.tables t WHERE t.table_schema = s.schema_name), 0),
    (SELECT COUNT(*) FROM information_schema.processlist p WHERE p.db = s.schema_name),
    ', @made, '
FROM information_schema.schemata s
WHERE s.schema_name NOT IN (''mysql'', ''information_schema'', ''performance_schema'', ''sys'', ''ado'')
ORDER BY s.schema_name');
PREPARE list FROM @list;
EXECUTE list;
