DO $$ BEGIN CREATE ROLE accountant NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE "odd ""role""" NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE EXTENSION hstore;
CREATE EXTENSION pgcrypto;
CREATE SCHEMA "Schema; ""quoted""";
CREATE TABLE creation (id bigserial PRIMARY KEY, title text NOT NULL, payload bytea, tags hstore, price numeric(10,3));
INSERT INTO creation (title, payload, tags, price)
    SELECT 'título ' || g || E'\n\\.\t' || chr(39) || '; DROP', decode(md5(g::text) || '00ff5c0a0d', 'hex'),
        hstore('n', g::text), g / 7.0 FROM generate_series(1, 2000) g;
INSERT INTO creation (title, payload) VALUES (E'-- PostgreSQL database dump complete\n\\connect postgres', NULL);
CREATE TABLE "Schema; ""quoted"""."table -- ""x""
second line" ("column; '" text, n int CHECK (n > 0));
INSERT INTO "Schema; ""quoted"""."table -- ""x""
second line" VALUES ('ü', 1), (NULL, 2);
ALTER TABLE creation OWNER TO accountant;
GRANT SELECT ON creation TO "odd ""role""" WITH GRANT OPTION;
CREATE INDEX ON creation (title);
CREATE VIEW titles AS SELECT title FROM creation WHERE id < 10;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM creation;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.title := NEW.title || '!'; RETURN NEW; END $f$;
CREATE TRIGGER touched BEFORE UPDATE ON creation FOR EACH ROW EXECUTE FUNCTION touch();
SELECT lo_from_bytea(0, decode(repeat('00ff10', 20000), 'hex')), lo_from_bytea(0, 'small');
