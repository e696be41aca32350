SELECT format('ALTER DATABASE %I OWNER TO %I', current_setting('ado.to'), pg_get_userbyid(datdba))
FROM pg_database WHERE datname = current_setting('ado.from') \gexec
SELECT format('ALTER %sDATABASE %I SET %s TO %s',
    CASE WHEN s.setrole = 0 THEN '' ELSE format('ROLE %I IN ', pg_get_userbyid(s.setrole)) END,
    current_setting('ado.to'),
    (SELECT string_agg(quote_ident(part), '.') FROM unnest(string_to_array(split_part(setting, '=', 1), '.')) part),
    CASE WHEN lower(split_part(setting, '=', 1)) IN ('search_path', 'local_preload_libraries',
            'session_preload_libraries', 'shared_preload_libraries', 'temp_tablespaces', 'unix_socket_directories')
        THEN substr(setting, strpos(setting, '=') + 1)
        ELSE quote_literal(substr(setting, strpos(setting, '=') + 1)) END)
FROM pg_database d JOIN pg_db_role_setting s ON s.setdatabase = d.oid, unnest(s.setconfig) AS setting
WHERE d.datname = current_setting('ado.from') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_setting('ado.to'))
FROM pg_database WHERE datname = current_setting('ado.from') AND datacl IS NOT NULL \gexec
SELECT format('GRANT %s ON DATABASE %I TO %s%s', privilege_type, current_setting('ado.to'),
    CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
    CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_database, aclexplode(datacl) WHERE datname = current_setting('ado.from') \gexec
