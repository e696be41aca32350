SELECT COUNT(*), MD5(GROUP_CONCAT(title ORDER BY title SEPARATOR '|')) FROM titles;
SELECT trigger_name, event_object_table, action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1;
SELECT routine_type, routine_name, routine_definition FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY 2;
SELECT event_name, interval_value, interval_field, starts, event_definition FROM information_schema.events WHERE event_schema = DATABASE() ORDER BY 1;
SELECT table_name, constraint_name, constraint_type FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() ORDER BY 1, 2;
SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = DATABASE();
