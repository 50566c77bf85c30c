"""Which versions are inspected before a list is told: the newest few that it shows, and no more however often."""

from datetime import UTC, datetime, timedelta

from gateway.running import gateway

NOW = datetime.now(UTC)


def test_the_newest_few_that_are_shown_are_inspected_and_the_next_list_goes_no_deeper(registry, tmp_path):
    registry.npm.publish("busy", "1.0.0", published=NOW - timedelta(days=300))
    for number in range(1, 6):
        registry.npm.publish("busy", f"1.{number}.0", published=NOW - timedelta(days=26 - 4 * number))
    registry.npm.publish("busy", "1.6.0", published=NOW - timedelta(hours=1))  # too young to be shown
    with gateway(tmp_path, registry) as running:
        for accept in ("application/json", "application/vnd.npm.install-v1+json", "application/json;q=0.5"):
            answer = running.get("/npm/busy", accept=accept)
            assert set(answer.json()["versions"]) == {f"1.{number}.0" for number in range(6)}
        assert running.get("/npm/busy/-/busy-1.0.0.tgz").status_code == 200
        assert running.get("/npm/busy").status_code == 200
        # Answered only after the event was written, as its log line is: that of the file which was asked for is last.
        inspected = {each["filename"] for each in running.events("inspected")}
        assert {f"busy-1.{number}.0.tgz" for number in (4, 5)} <= inspected
        assert inspected <= {f"busy-1.{number}.0.tgz" for number in (0, 4, 5)}
