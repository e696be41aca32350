CREATE TABLE creation (id BIGINT PRIMARY KEY AUTO_INCREMENT, title TEXT, payload BLOB, price DECIMAL(10,3)) CHARACTER SET utf8mb4;
INSERT INTO creation (title, payload, price)
    SELECT CONCAT('título 🎵 ', seq, CHAR(10), CHAR(39), '; DROP ', CHAR(92)), UNHEX(CONCAT(MD5(seq), '00ff5c0a0d27')), seq / 7
    FROM seq_1_to_2000;
INSERT INTO creation (title) VALUES ('-- Dump completed\nUSE `mysql`;');
CREATE TABLE `table; -- "x"` (`column; '` VARCHAR(20), n INT CHECK (n > 0), creation BIGINT, FOREIGN KEY (creation) REFERENCES creation (id));
INSERT INTO `table; -- "x"` VALUES ('ü', 1, 1), (NULL, 2, NULL);
CREATE VIEW titles AS SELECT title FROM creation WHERE id < 10;
DELIMITER //
CREATE TRIGGER touched BEFORE UPDATE ON creation FOR EACH ROW BEGIN SET NEW.title = CONCAT(NEW.title, '!'); END//
CREATE PROCEDURE add_one() BEGIN INSERT INTO creation (title) VALUES ('one'); END//
CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC BEGIN RETURN 2 * n; END//
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO BEGIN DELETE FROM creation WHERE id < 0; END//
DELIMITER ;
