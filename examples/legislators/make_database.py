"""Makes the database that the example reads: memberships and organizations of the US Congress, as tables of SQLite.

    python make_database.py DATA DATABASE
"""

import json
import pathlib
import sqlite3
import sys

COLUMNS = {
    "memberships": ("person_id TEXT", "organization_id TEXT", "role TEXT", "area_id TEXT", "on_behalf_of_id TEXT",
                    "start_date DATE", "end_date DATE"),
    "organizations": ("id TEXT PRIMARY KEY", "name TEXT", "classification TEXT", "seats INTEGER"),
}


def main(data, database):
    pathlib.Path(database).unlink(missing_ok=True)
    connection = sqlite3.connect(database)
    for table, columns in COLUMNS.items():
        names = [column.split()[0] for column in columns]
        connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        with open(pathlib.Path(data) / f"{table}.json", encoding="utf-8") as lines:
            rows = [[json.loads(line).get(name) for name in names] for line in lines]
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
    connection.commit()
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
