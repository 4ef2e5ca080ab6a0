import Foundation

extension MariaDBServer {
  /// Makes a database with something of everything: engines, kinds of columns, views, triggers,
  /// routines, events and a sequence.
  package func sample(_ database: String) async throws {
    let name = Self.identifier(database)
    try await sql("CREATE DATABASE \(name); USE \(name);\n" + Self.tables + Self.programs)
  }

  /// Adds a table `big` of `rows` rows, each of about 1 kB.
  package func fill(_ database: String, rows: Int) async throws {
    try await sql(
      """
      CREATE DATABASE IF NOT EXISTS \(Self.identifier(database));
      USE \(Self.identifier(database));
      CREATE TABLE IF NOT EXISTS big (id INT AUTO_INCREMENT PRIMARY KEY, text TEXT NOT NULL);
      INSERT INTO big (text) SELECT repeat(sha2(seq, 256), 16) FROM seq_1_to_\(rows);
      """)
  }

  private static let everyByte = (0...255).map { String(format: "%02X", $0) }.joined()

  private static let tables = """
    CREATE TABLE customers (
      id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL, note TEXT, born DATE,
      seen TIMESTAMP(6) NULL, balance DECIMAL(20,4), ratio DOUBLE, flags BIT(12),
      kind ENUM('person', 'it''s a firm'), tags SET('a', 'b', 'c'), papers JSON,
      initial CHAR(1) AS (left(name, 1)) PERSISTENT, loud VARCHAR(100) AS (upper(name)) VIRTUAL,
      UNIQUE KEY name (name), KEY initial (initial), CHECK (balance > -1000000)) ENGINE=InnoDB;
    INSERT INTO customers (name, note, born, seen, balance, ratio, flags, kind, tags, papers) VALUES
      ('Ada', 'quotes '' " ` \\\\ % \\n tab \\t end', '1815-12-10', '2001-02-03 04:05:06.789012',
        12345678901234.5678, 0.1, b'101010101010', 'person', 'a,c', '{"a": [1, null]}'),
      ('Čapek 🚀', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      ('', '', '9999-12-31', '1970-01-02 00:00:00', -1, 1e300, b'0', 'it''s a firm', '', '[]');
    CREATE TABLE orders (
      id BIGINT UNSIGNED PRIMARY KEY, customer INT NOT NULL, text VARCHAR(50),
      CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE)
      ENGINE=InnoDB;
    INSERT INTO orders SELECT seq, 1 + seq % 3, concat('order ', seq) FROM seq_1_to_200;
    CREATE TABLE files (id INT PRIMARY KEY, data LONGBLOB) ENGINE=InnoDB;
    INSERT INTO files VALUES (1, x'\(everyByte)'), (2, ''), (3, NULL),
      (4, repeat(x'\(everyByte)', 400));
    CREATE TABLE words (word VARCHAR(40), FULLTEXT KEY word (word)) ENGINE=MyISAM;
    INSERT INTO words SELECT concat('word ', seq) FROM seq_1_to_50;
    CREATE TABLE notes (id INT PRIMARY KEY, text TEXT) ENGINE=Aria;
    INSERT INTO notes SELECT seq, repeat('x', seq) FROM seq_1_to_50;
    CREATE TABLE `we ird;``tä$ble` (`co``l` INT) ENGINE=InnoDB;
    INSERT INTO `we ird;``tä$ble` VALUES (1);
    CREATE TABLE nothing (id INT PRIMARY KEY) ENGINE=InnoDB;
    CREATE SEQUENCE numbers START WITH 100 INCREMENT BY 5 NOCACHE;
    SELECT nextval(numbers) INTO @one;

    """

  private static let programs = """
    CREATE VIEW rich AS SELECT id, name, '🚀' AS mark FROM customers WHERE balance > 0;
    CREATE VIEW a_view_of_a_view AS SELECT count(*) AS many FROM rich;
    CREATE TABLE changes (id INT AUTO_INCREMENT PRIMARY KEY, what TEXT) ENGINE=InnoDB;
    DELIMITER //
    CREATE TRIGGER after_order AFTER INSERT ON orders FOR EACH ROW BEGIN
      -- A comment; with a semicolon.
      INSERT INTO changes (what) VALUES (concat('order ', NEW.id, ' 🚀'));
    END//
    CREATE PROCEDURE add_order(IN number BIGINT UNSIGNED, OUT many INT) BEGIN
      INSERT INTO orders VALUES (number, 1, 'by a procedure');
      SELECT count(*) INTO many FROM orders;
    END//
    CREATE FUNCTION doubled(number INT) RETURNS INT DETERMINISTIC BEGIN
      RETURN 2 * number; -- 🚀
    END//
    CREATE EVENT sleeping ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00'
      DISABLE COMMENT 'not now' DO DELETE FROM changes//
    CREATE EVENT waiting ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00'
      ENABLE DO BEGIN DELETE FROM changes WHERE what = '🚀'; DELETE FROM notes; END//
    DELIMITER ;
    CALL add_order(1000, @many);
    """
}
