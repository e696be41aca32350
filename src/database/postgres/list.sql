SELECT d.datname,
    CASE WHEN has_database_privilege(d.oid, 'CONNECT') THEN pg_database_size(d.oid) ELSE 0 END,
    (SELECT count(*) FROM pg_stat_activity a WHERE a.datid = d.oid),
    coalesce((SELECT substr(setting, length('ado.last_backup=') + 1)
        FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
        WHERE s.setdatabase = d.oid AND s.setrole = 0 AND setting LIKE 'ado.last\_backup=%'), '')
FROM pg_database d
WHERE NOT d.datistemplate
ORDER BY d.datname;
