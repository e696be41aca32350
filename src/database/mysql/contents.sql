SELECT IF(table_type = 'VIEW', 'VIEW', 'TABLE'), table_name FROM information_schema.tables WHERE table_schema = @name@
UNION ALL
SELECT 'TRIGGER', trigger_name FROM information_schema.triggers WHERE trigger_schema = @name@
UNION ALL
SELECT routine_type, routine_name FROM information_schema.routines WHERE routine_schema = @name@
UNION ALL
SELECT 'EVENT', event_name FROM information_schema.events WHERE event_schema = @name@;
