"""The same gold from the same files in one process, without tables, versions or rules: the bound.

Usage: duckdb_gold.py FOLDER --times N. Prints JSON: seconds of each time, and sums over the rows of gold.
"""

import argparse
import json
from time import perf_counter

import duckdb

_SETUP = """
CREATE OR REPLACE TEMP TABLE messages AS
  SELECT topic, value FROM read_json('{folder}/kafka_multiplex/*.json', format = 'newline_delimited',
    columns = {{'topic': 'VARCHAR', 'value': 'VARCHAR'}});
CREATE OR REPLACE TEMP TABLE users AS
  SELECT user_id, device_id, arg_max(lower(mac_address), registration_timestamp) AS mac_address
  FROM read_csv('{folder}/registered_users/*.csv', header = true, columns = {{'user_id': 'VARCHAR',
    'device_id': 'VARCHAR', 'mac_address': 'VARCHAR', 'registration_timestamp': 'DOUBLE'}}) GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE visits AS
  SELECT lower(mac_address) AS mac_address, gym, login, max(logout) AS logout
  FROM read_csv('{folder}/gym_logins/*.csv', header = true, columns = {{'mac_address': 'VARCHAR',
    'gym': 'VARCHAR', 'login': 'DOUBLE', 'logout': 'DOUBLE'}}) GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE rates AS
  SELECT value->>'device_id' AS device_id, CAST(value->>'time' AS DOUBLE) AS time,
    max(CAST(value->>'heartrate' AS DOUBLE)) AS heartrate
  FROM messages WHERE topic = 'bpm' AND CAST(value->>'heartrate' AS DOUBLE) > 0 GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE presses AS
  SELECT value->>'user_id' AS user_id, value->>'workout_id' AS workout_id, value->>'session_id' AS session_id,
    value->>'action' AS action, CAST(value->>'timestamp' AS DOUBLE) AS time FROM messages WHERE topic = 'workout';
CREATE OR REPLACE TEMP TABLE profiles AS
  SELECT value->>'user_id' AS user_id, arg_max(value, CAST(value->>'timestamp' AS DOUBLE)) AS person
  FROM messages WHERE topic = 'user_info' GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE sessions AS
  WITH starts AS (SELECT user_id, workout_id, session_id, min(time) AS start_time FROM presses
    WHERE action = 'start' GROUP BY ALL)
  SELECT s.*, min(p.time) AS end_time FROM starts AS s JOIN presses AS p USING (user_id, workout_id, session_id)
  WHERE p.action = 'stop' AND p.time > s.start_time GROUP BY ALL HAVING min(p.time) < s.start_time + 10800;
"""

_GOLD = """
CREATE OR REPLACE TEMP TABLE workout_bpm_summary AS
  SELECT s.user_id, s.workout_id, s.session_id, to_timestamp(s.end_time)::DATE AS date, any_value(p.person) AS person,
    min(heartrate) AS min_bpm, avg(heartrate) AS avg_bpm, max(heartrate) AS max_bpm, count(*) AS num_recordings
  FROM sessions AS s JOIN users AS u USING (user_id)
  JOIN rates AS r ON r.device_id = u.device_id AND r.time > s.start_time AND r.time <= s.end_time
  LEFT JOIN profiles AS p USING (user_id) GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE gym_sessions AS
  SELECT to_timestamp(login)::DATE AS date, gym, mac_address, login, s.*,
    round((floor(logout) - floor(login)) / 60, 2) AS minutes_in_gym,
    round((floor(end_time) - floor(start_time)) / 60, 2) AS minutes_exercising
  FROM visits JOIN users USING (mac_address) JOIN sessions AS s USING (user_id)
  WHERE login <= start_time AND start_time <= logout;
CREATE OR REPLACE TEMP TABLE gym_summary AS
  WITH present AS (SELECT to_timestamp(login)::DATE AS date, gym, mac_address,
      sum(floor(logout) - floor(login)) AS seconds FROM visits WHERE logout IS NOT NULL GROUP BY ALL),
    exercised AS (SELECT date, gym, mac_address, list(DISTINCT {'user_id': user_id, 'workout_id': workout_id,
      'session_id': session_id}) AS workouts FROM gym_sessions GROUP BY ALL),
    moved AS (SELECT date, gym, mac_address, sum(floor(end_time) - floor(start_time)) AS seconds FROM
      (SELECT DISTINCT date, gym, mac_address, user_id, workout_id, session_id, start_time, end_time
       FROM gym_sessions) GROUP BY ALL)
  SELECT date, gym, mac_address, workouts, round(p.seconds / 60, 2) AS minutes_in_gym,
    round(m.seconds / 60, 2) AS minutes_exercising
  FROM exercised JOIN present AS p USING (date, gym, mac_address) JOIN moved AS m USING (date, gym, mac_address);
"""

_SUMS = {
    "workout_bpm_summary": "count(*), sum(num_recordings), sum(min_bpm), sum(avg_bpm), sum(max_bpm)",
    "gym_sessions": "count(*), sum(minutes_in_gym), sum(minutes_exercising)",
    "gym_summary": "count(*), sum(len(workouts)), sum(minutes_in_gym), sum(minutes_exercising)",
}


def read_sums(connection: duckdb.DuckDBPyConnection, table: str) -> list[float]:
    row = connection.execute(f"SELECT {_SUMS[table]} FROM {table}").fetchone()
    return [float(value) for value in row]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--times", type=int, default=1)
    arguments = parser.parse_args()
    seconds = []
    for _ in range(arguments.times):
        began = perf_counter()
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(_SETUP.format(folder=arguments.folder) + _GOLD)
            gold = {name: read_sums(connection, name) for name in _SUMS}
        seconds.append(perf_counter() - began)
    print(json.dumps({"seconds": seconds, "gold": gold}))


main()
