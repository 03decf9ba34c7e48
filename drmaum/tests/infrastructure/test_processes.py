"""The template and the compose file run what `manage.py up` runs, with settings that there are."""

import re
from typing import Any

import pytest
import yaml

from drmaum.celery import app
from drmaum.observability.metrics import FIGURES, watch_tables
from drmaum.queues.holding import needs
from drmaum.stack.places import DOCKER, ROOT
from drmaum.stack.product import programs
from drmaum.tests.infrastructure.template import Stack

# Read by Celery, by libraries of numbers, and by the collector.
FOREIGN = {"CELERY_CUSTOM_WORKER_POOL", "OMP_NUM_THREADS", "AOT_CONFIG_CONTENT"}
OF_ONE_PROCESS = FOREIGN | {"OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT", "HEARTBEAT_FILE"}
EVERYWHERE = "0.0.0.0"  # noqa: S104  (within a container)
SECRET = re.compile(r"(_KEY|PASSWORD|_TOKEN)$")


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack()


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())


def documented() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))


def started() -> dict[str, list[str]]:
    """Program -> how `manage.py up` starts it, from the name of the module on."""
    found = {}
    for program in programs(EVERYWHERE, 8000):
        argv = program.argv[program.argv.index("-m") + 1 :]
        found[program.name] = argv
    return found


def in_dockerfile() -> list[str]:
    told = re.findall(r"^CMD (\[.*\])$", (DOCKER / "Dockerfile").read_text(), re.M)[-1]
    return list(yaml.safe_load(told))


def test_the_image_starts_the_web_process_of_the_product():
    assert in_dockerfile() == started()["web"]


@pytest.mark.parametrize("name", ["answers", "work", "speech", "beat"])
def test_workers_and_scheduler_are_started_as_by_up(stack, compose, name):
    [container] = [one for one in stack.containers() if one["Name"] == name]
    assert container["Command"] == started()[name]
    service = [one.replace("${STREAMS_PER_WORKER:-200}", "200") for one in _command(compose, name)]
    assert service == started()[name]


def test_answers_run_in_the_pool_of_coroutines(stack, compose):
    [wanted] = [one.environment for one in programs(EVERYWHERE, 8000) if one.name == "answers"]
    [container] = [one for one in stack.containers() if one["Name"] == "answers"]
    for given in (_environment(container), compose["services"]["answers"]["environment"]):
        assert {name: given[name] for name in wanted} == wanted


def test_every_name_in_an_environment_is_a_setting(stack, compose):
    known = documented() | FOREIGN
    for container in stack.containers():
        assert set(_environment(container)) | _secrets(container) <= known, container["Name"]
    for name, service in compose["services"].items():
        if service.get("image") == "drmaum:local":
            assert set(service["environment"]) <= known, name


def test_all_processes_of_an_environment_have_the_same_settings(stack):
    told = [
        {name: value for name, value in _environment(one).items() if name not in OF_ONE_PROCESS}
        for one in stack.containers()
    ]
    assert len(told) == 7
    assert all(one == told[0] for one in told)
    assert len({frozenset(_secrets(one)) for one in stack.containers()}) == 1


def test_no_secret_stands_in_an_environment(stack):
    for container in stack.containers():
        given = _environment(container)
        assert [name for name in given if SECRET.search(name)] == []
        assert "@" not in given["DATABASE_URL"]
        for one in container["Secrets"]:
            assert one["ValueFrom"].startswith("<Wired>:")


def test_an_image_is_known_by_its_digest_alone(stack):
    for name in ("Image", "CollectorImage"):
        pattern = stack.template["Parameters"][name]["AllowedPattern"]
        assert re.search(pattern, f"example.com/a@sha256:{'0' * 64}")
        assert not re.search(pattern, "example.com/a:latest")
    assert {one["Image"] for one in stack.containers()} == {stack.parameters["Image"]}


def test_processes_write_to_two_folders_only_and_own_nothing_else(stack):
    for container in stack.containers():
        assert container["ReadonlyRootFilesystem"] is True
        assert {one["ContainerPath"] for one in container["MountPoints"]} == {
            "/tmp",  # noqa: S108  (of a container)
            "/var/lib/drmaum",
        }
        assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert re.search(r"^USER 10001$", (DOCKER / "Dockerfile").read_text(), re.M)


def test_who_is_watched_over_writes_a_heartbeat(stack, compose):
    for container in stack.containers():
        health = container.get("HealthCheck", {}).get("Command", [])
        beats = "drmaum.lib.heartbeat" in health
        assert beats == ("HEARTBEAT_FILE" in _environment(container)), container["Name"]
    for name in ("answers", "work", "speech", "beat"):
        service = compose["services"][name]
        assert "drmaum.lib.heartbeat" in service["healthcheck"]["test"]
        assert service["environment"]["HEARTBEAT_FILE"].startswith("/tmp/")  # noqa: S108


def test_no_two_containers_of_a_task_share_a_heartbeat(stack):
    """They share the folder: one that is stuck would live by the beats of the other."""
    for task in stack.of_type("AWS::ECS::TaskDefinition").values():
        files = [
            one["Value"]
            for container in task["ContainerDefinitions"]
            for one in container.get("Environment", [])
            if one["Name"] == "HEARTBEAT_FILE"
        ]
        assert len(set(files)) == len(files)


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_a_queue_hands_nothing_out_that_a_worker_still_holds(environment):
    queues = Stack(environment).of_type("AWS::SQS::Queue")
    for name, need in needs(app).items():
        queue = queues[f"{name.capitalize()}Queue"]
        assert queue["VisibilityTimeout"] > need.seconds, need.task


def test_every_kind_of_work_has_a_queue_and_dead_letters_of_its_own(stack):
    queues = stack.of_type("AWS::SQS::Queue")
    told = {one["Name"]: one for one in _raw_environment(stack)}
    for name in {route["queue"] for route in app.conf.task_routes.values()}:
        logical = f"{name.capitalize()}Queue"
        assert told[f"SQS_{name.upper()}"]["Value"] == f"<{logical}>"
        dead = queues[logical]["RedrivePolicy"]["deadLetterTargetArn"]
        assert dead == f"<{name.capitalize()}Dead.Arn>"
    kept = [one["MessageRetentionPeriod"] for name, one in queues.items() if "Dead" in name]
    assert min(kept) > max(
        one["MessageRetentionPeriod"] for name, one in queues.items() if "Dead" not in name
    )


def test_a_release_is_taken_back_by_a_breaker_and_by_alarms(stack):
    alarms = {f"<{name}>" for name in stack.of_type("AWS::CloudWatch::Alarm")}
    services = stack.of_type("AWS::ECS::Service")
    assert set(services) == {"WebService", "AnswersService", "WorkService", "BeatService"}
    for service in services.values():
        told = service["DeploymentConfiguration"]
        assert told["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
        assert told["Alarms"]["Enable"] is True
        assert told["Alarms"]["Rollback"] is True
        assert set(told["Alarms"]["AlarmNames"]) <= alarms
    beat = services["BeatService"]
    assert (beat["DesiredCount"], beat["DeploymentConfiguration"]["MaximumPercent"]) == (1, 100)


def test_a_socket_outlives_the_silence_between_two_heartbeats(stack, settings):
    told = stack.properties("Balancer")["LoadBalancerAttributes"]
    idle = {one["Key"]: one["Value"] for one in told}["idle_timeout.timeout_seconds"]
    assert int(idle) > 2 * settings.SOCKET_HEARTBEAT_SECONDS
    assert stack.properties("WebTargets")["HealthCheckPath"] == "/healthz"


def test_alarms_and_dashboard_look_at_figures_that_are_sent(stack):
    sent = set(FIGURES) | _gauges()
    collector = yaml.safe_load(stack.properties("CollectorSettings")["Value"])
    exporter = collector["exporters"]["awsemf"]
    declared = [
        one for told in exporter["metric_declarations"] for one in told["metric_name_selectors"]
    ]
    text = stack.properties("Dashboard")["DashboardBody"]
    looked_at = set(re.findall(r"drmaum\.[a-z_.]+", text)) - {"drmaum.kind"}
    for alarm in stack.of_type("AWS::CloudWatch::Alarm").values():
        looked_at |= {name for name in _metrics(alarm) if name.startswith("drmaum.")}
    looked_at -= {"drmaum.urgency", "drmaum.responder", "drmaum.example"}
    assert looked_at <= sent
    for name in looked_at:
        assert any(re.search(one, name) for one in declared), name
    assert exporter["namespace"] == stack.name


def test_processes_send_to_where_their_collector_listens(stack):
    collector = yaml.safe_load(stack.properties("CollectorSettings")["Value"])
    listens = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    for container in stack.containers():
        told = _environment(container).get("OTEL_EXPORTER_OTLP_ENDPOINT")
        assert told in (None, f"http://{listens}")
    for pipeline in collector["service"]["pipelines"].values():
        assert set(pipeline["exporters"]) <= set(collector["exporters"])


def test_prod_has_two_of_what_may_fail_and_keeps_what_is_deleted():
    dev, prod = Stack("dev"), Stack("prod")
    for stack, is_prod in ((dev, False), (prod, True)):
        database, cache = stack.properties("Database"), stack.properties("Cache")
        assert database["MultiAZ"] is is_prod
        assert database["DeletionProtection"] is is_prod
        assert cache["MultiAZEnabled"] is is_prod
        assert database["StorageEncrypted"] is True
        assert (cache["TransitEncryptionEnabled"], cache["AtRestEncryptionEnabled"]) == (True, True)
    assert prod.properties("Database")["BackupRetentionPeriod"] == 35
    kept = ("UserPool", "Settings", "MediaBucket", "TranscriptsBucket", "DataKey")
    for name in kept:
        assert dev.template["Resources"][name]["UpdateReplacePolicy"] == "Retain"


def test_compose_migrates_once_and_then_starts_everything(compose):
    services = compose["services"]
    assert services["prepare"]["command"] == ["python", "manage.py", "prepare"]
    for name in ("web", "answers", "work", "speech", "beat"):
        needed = services[name]["depends_on"]["prepare"]["condition"]
        assert needed == "service_completed_successfully"
    assert services["observer"]["profiles"] == ["observability"]


def _gauges() -> set[str]:
    class Meter:
        names: set[str] = set()

        def create_observable_gauge(self, name: str, *_: Any) -> None:
            self.names.add(name)

    watch_tables(Meter())  # type: ignore[arg-type]
    return Meter.names


def _metrics(alarm: dict[str, Any]) -> set[str]:
    told = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one]
    return {one["MetricName"] for one in [*told, alarm] if "MetricName" in one}


def _command(compose: Any, name: str) -> list[str]:
    return list(compose["services"][name]["command"])


def _raw_environment(stack: Stack) -> list[dict[str, str]]:
    return list(next(stack.containers())["Environment"])


def _environment(container: dict[str, Any]) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in container["Environment"]}


def _secrets(container: dict[str, Any]) -> set[str]:
    return {one["Name"] for one in container["Secrets"]}
