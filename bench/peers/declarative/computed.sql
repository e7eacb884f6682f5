-- Silver and gold as materialized views. This open engine computes each of them whole in every run.
CREATE MATERIALIZED VIEW users AS
SELECT user_id, device_id, max_by(lower(mac_address), registration_timestamp) AS mac_address
FROM landed_users GROUP BY ALL;

CREATE MATERIALIZED VIEW visits AS
SELECT lower(mac_address) AS mac_address, gym, login, max(logout) AS logout FROM landed_visits GROUP BY ALL;

CREATE MATERIALIZED VIEW rates AS
SELECT v.device_id, v.time, max(v.heartrate) AS heartrate
FROM (SELECT from_json(value, 'device_id string, time double, heartrate double') AS v
      FROM landed_messages WHERE topic = 'bpm')
WHERE v.heartrate > 0 GROUP BY ALL;

CREATE MATERIALIZED VIEW presses AS
SELECT v.user_id, v.workout_id, v.session_id, v.action, v.timestamp AS time
FROM (SELECT from_json(value,
        'user_id string, workout_id string, session_id string, action string, timestamp double') AS v
      FROM landed_messages WHERE topic = 'workout');

CREATE MATERIALIZED VIEW profiles AS
SELECT v.user_id, max_by(value, v.timestamp) AS person
FROM (SELECT value, from_json(value, 'user_id string, timestamp double') AS v
      FROM landed_messages WHERE topic = 'user_info')
GROUP BY ALL;

CREATE MATERIALIZED VIEW sessions AS
SELECT s.user_id, s.workout_id, s.session_id, s.start_time, min(p.time) AS end_time
FROM (SELECT user_id, workout_id, session_id, min(time) AS start_time FROM presses
      WHERE action = 'start' GROUP BY ALL) AS s
JOIN presses AS p
  ON p.user_id = s.user_id AND p.workout_id = s.workout_id AND p.session_id = s.session_id
WHERE p.action = 'stop' AND p.time > s.start_time
GROUP BY ALL HAVING min(p.time) < s.start_time + 10800;

CREATE MATERIALIZED VIEW workout_bpm_summary AS
SELECT s.user_id, s.workout_id, s.session_id, to_date(timestamp_seconds(s.end_time)) AS date,
  any_value(p.person) AS person,
  min(heartrate) AS min_bpm, avg(heartrate) AS avg_bpm, max(heartrate) AS max_bpm, count(*) AS num_recordings
FROM sessions AS s JOIN users AS u ON u.user_id = s.user_id
JOIN rates AS r ON r.device_id = u.device_id AND r.time > s.start_time AND r.time <= s.end_time
LEFT JOIN profiles AS p ON p.user_id = s.user_id
GROUP BY s.user_id, s.workout_id, s.session_id, s.end_time;

CREATE MATERIALIZED VIEW gym_sessions AS
SELECT to_date(timestamp_seconds(login)) AS date, gym, v.mac_address, login,
  s.user_id, s.workout_id, s.session_id, s.start_time, s.end_time,
  round((floor(logout) - floor(login)) / 60, 2) AS minutes_in_gym,
  round((floor(s.end_time) - floor(s.start_time)) / 60, 2) AS minutes_exercising
FROM visits AS v JOIN users AS u ON u.mac_address = v.mac_address JOIN sessions AS s ON s.user_id = u.user_id
WHERE login <= s.start_time AND s.start_time <= logout;

CREATE MATERIALIZED VIEW gym_summary AS
SELECT e.date, e.gym, e.mac_address, e.workouts, round(p.seconds / 60, 2) AS minutes_in_gym,
  round(m.seconds / 60, 2) AS minutes_exercising
FROM (SELECT date, gym, mac_address, collect_set(struct(user_id, workout_id, session_id)) AS workouts
      FROM gym_sessions GROUP BY ALL) AS e
JOIN (SELECT to_date(timestamp_seconds(login)) AS date, gym, mac_address,
        sum(floor(logout) - floor(login)) AS seconds
      FROM visits WHERE logout IS NOT NULL GROUP BY ALL) AS p
  ON p.date = e.date AND p.gym = e.gym AND p.mac_address = e.mac_address
JOIN (SELECT date, gym, mac_address, sum(floor(end_time) - floor(start_time)) AS seconds
      FROM (SELECT DISTINCT date, gym, mac_address, user_id, workout_id, session_id, start_time, end_time
            FROM gym_sessions)
      GROUP BY ALL) AS m
  ON m.date = e.date AND m.gym = e.gym AND m.mac_address = e.mac_address;
