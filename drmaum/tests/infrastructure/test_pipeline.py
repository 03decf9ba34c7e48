"""The pipeline is the sixth diagram: its stages and actions, in order, and what goes back."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from drmaum.tests.infrastructure.template import AWS, GIVEN, Stack, read

SETS = {"CreateChangeSet": "CHANGE_SET_REPLACE", "ExecuteChangeSet": "CHANGE_SET_EXECUTE"}
DIAGRAM = [
    ("Source", ["GitHub"]),
    ("Build", ["Build"]),
    ("Dev", ["CreateChangeSet", "Migrate", "ExecuteChangeSet", "Prepare"]),
    ("Approval", ["Approve"]),
    ("Prod", ["CreateChangeSet", "Migrate", "ExecuteChangeSet", "Prepare"]),
]
PROVIDERS = {
    "GitHub": ("Source", "CodeStarSourceConnection"),
    "Build": ("Build", "CodeBuild"),
    "CreateChangeSet": ("Deploy", "CloudFormation"),
    "Migrate": ("Build", "CodeBuild"),
    "ExecuteChangeSet": ("Deploy", "CloudFormation"),
    "Prepare": ("Build", "CodeBuild"),
    "Approve": ("Approval", "Manual"),
}
# cfn-lint knows none of these names.
CONFIGURATIONS = {
    "GitHub": {"ConnectionArn", "FullRepositoryId", "BranchName"},
    "Build": {"ProjectName"},
    "CreateChangeSet": {
        "ActionMode", "StackName", "ChangeSetName", "RoleArn", "Capabilities", "TemplatePath",
        "TemplateConfiguration", "ParameterOverrides",
    },
    "Migrate": {"ProjectName", "EnvironmentVariables"},
    "ExecuteChangeSet": {"ActionMode", "StackName", "ChangeSetName"},
    "Prepare": {"ProjectName", "EnvironmentVariables"},
    "Approve": {"NotificationArn", "ExternalEntityLink", "CustomData"},
}  # fmt: skip


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack(template="pipeline.yaml")


@pytest.fixture(scope="module")
def pipeline(stack: Stack) -> dict[str, Any]:
    return stack.properties("Pipeline")


@pytest.fixture(scope="module")
def stages(pipeline: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {stage["Name"]: stage for stage in pipeline["Stages"]}


def test_its_stages_and_actions_are_those_of_the_diagram_in_order(pipeline):
    found = [
        (
            stage["Name"],
            [
                one["Name"]
                for one in sorted(stage["Actions"], key=lambda one: one.get("RunOrder", 1))
            ],
        )
        for stage in pipeline["Stages"]
    ]
    assert found == DIAGRAM


def test_no_two_actions_of_a_stage_run_at_once(pipeline):
    for stage in pipeline["Stages"]:
        orders = [one.get("RunOrder", 1) for one in stage["Actions"]]
        assert len(set(orders)) == len(orders), stage["Name"]


def test_each_action_is_done_by_its_provider_with_what_that_understands(pipeline):
    for stage in pipeline["Stages"]:
        for action in stage["Actions"]:
            kind = action["ActionTypeId"]
            assert (kind["Category"], kind["Provider"]) == PROVIDERS[action["Name"]]
            assert (kind["Owner"], kind["Version"]) == ("AWS", "1")
            assert set(action["Configuration"]) == CONFIGURATIONS[action["Name"]]


@pytest.mark.parametrize(("stage", "name"), [("Dev", "drmaum-dev"), ("Prod", "drmaum-prod")])
def test_what_is_executed_is_the_change_set_that_was_created(stages, stage, name):
    actions = {one["Name"]: one["Configuration"] for one in stages[stage]["Actions"]}
    for action, mode in SETS.items():
        told = actions[action]
        assert (told["ActionMode"], told["StackName"], told["ChangeSetName"]) == (
            mode,
            name,
            "release",
        )
    made = actions["CreateChangeSet"]
    assert made["TemplatePath"] == "Built::packaged.yaml"
    assert made["TemplateConfiguration"] == f"Built::{stage.lower()}.json"
    assert set(json.loads(made["ParameterOverrides"])) | {"Image"} == set(GIVEN)
    assert len(made["ParameterOverrides"]) < 1024  # what CodePipeline takes


@pytest.mark.parametrize("stage", ["Dev", "Prod"])
def test_the_migrations_are_those_of_the_image_that_is_deployed(stages, stage):
    actions = {one["Name"]: one["Configuration"] for one in stages[stage]["Actions"]}
    for name in ("Migrate", "Prepare"):
        told = json.loads(actions[name]["EnvironmentVariables"])
        given = {one["name"]: one["value"] for one in told}
        assert given == {
            "STACK": actions["CreateChangeSet"]["StackName"],
            "IMAGE": "#{Build.IMAGE}",
        }
    [build] = stages["Build"]["Actions"]
    assert build["Namespace"] == "Build"
    assert "IMAGE" in _buildspec()["env"]["exported-variables"]


@pytest.mark.parametrize("stage", ["Dev", "Prod"])
def test_a_stage_that_fails_or_raises_an_alarm_goes_back(stages, stage, pipeline):
    assert pipeline["PipelineType"] == "V2"  # the older one ignores both
    assert stages[stage]["OnFailure"] == {"Result": "ROLLBACK"}
    [condition] = stages[stage]["OnSuccess"]["Conditions"]
    [rule] = condition["Rules"]
    assert condition["Result"] == "ROLLBACK"
    assert rule["RuleTypeId"] == {
        "Category": "Rule",
        "Owner": "AWS",
        "Provider": "CloudWatchAlarm",
        "Version": "1",
    }
    assert set(rule["Configuration"]) == {"AlarmName", "WaitTime"}
    alarms = Stack(stage.lower()).of_type("AWS::CloudWatch::Alarm").values()
    assert rule["Configuration"]["AlarmName"] in {one.get("AlarmName") for one in alarms}


def test_a_person_is_asked_and_developers_hear_of_failures(stages, stack):
    [approve] = stages["Approval"]["Actions"]
    assert approve["Configuration"]["NotificationArn"] == "<Developers>"
    news = stack.properties("News")
    assert {"codepipeline-pipeline-stage-execution-failed"} <= set(news["EventTypeIds"])
    assert news["Targets"] == [{"TargetType": "SNS", "TargetAddress": "<Developers>"}]


def test_the_buildspec_tests_builds_validates_and_packages_in_this_order():
    commands = _commands()
    telling = [
        r"^python3 manage\.py test$",
        r"^docker build --file docker/Dockerfile ",
        r"^docker push ",
        r"sam validate --lint --template docker/aws/app\.yaml$",
        r"cfn-lint docker/aws/pipeline\.yaml$",
        r"sam package .*docker/aws/app\.yaml .*packaged\.yaml$",
    ]
    places = [
        next(number for number, line in enumerate(commands) if re.search(step, line))
        for step in telling
    ]
    assert places == sorted(places)
    assert all(phase["on-failure"] == "ABORT" for phase in _buildspec()["phases"].values())
    assert _buildspec()["artifacts"]["files"] == ["packaged.yaml", "dev.json", "prod.json"]


def test_the_buildspec_is_given_what_it_reads(stack):
    told = stack.properties("Build")["Environment"]["EnvironmentVariables"]
    given = {one["Name"] for one in told}
    text = "\n".join(_commands())
    read_ = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", text))
    assert read_ - given == {"CODEBUILD_RESOLVED_SOURCE_VERSION", "CODEBUILD_BUILD_NUMBER", "IMAGE"}
    assert given <= read_


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_environment_is_given_every_parameter_that_has_no_default(environment):
    parameters = read("app.yaml")["Parameters"]
    sizes = json.loads((AWS / f"{environment}.json").read_text())["Parameters"]
    needed = {name for name, told in parameters.items() if "Default" not in told}
    assert needed <= set(sizes) | set(GIVEN)
    assert set(sizes) <= set(parameters)
    assert sizes["Environment"] == environment


# --- migrate.sh ---------------------------------------------------------------------------

AWS_CLI = """\
#!{python} -SE
import json, os, sys
argv = sys.argv[1:]
with open(os.environ["SAID"], "a") as said:
    said.write(json.dumps(argv) + "\\n")
answers = json.loads(os.environ["ANSWERS"])
name = " ".join(argv[:2])
if name not in answers:
    sys.exit(255)
sys.stdout.write(answers[name])
"""
DEFINITION = {
    "family": "drmaum-dev-command",
    "revision": 7,
    "status": "ACTIVE",
    "cpu": "1024",
    "containerDefinitions": [{"name": "command", "image": "old@sha256:1", "command": ["prepare"]}],
}
ANSWERS = {
    "cloudformation describe-stacks": "awsvpcConfiguration={subnets=[a]}\n",
    "ecs describe-task-definition": json.dumps(DEFINITION),
    "ecs register-task-definition": "arn:8\n",
    "ecs run-task": "arn:task\n",
    "ecs wait": "",
    "ecs describe-tasks": "0\n",
}


@pytest.fixture
def migrate(tmp_path: Path) -> Any:
    """Run the script with a command line of AWS that answers so."""

    def run(answers: dict[str, str]) -> tuple[int, list[list[str]]]:
        shim, said = tmp_path / "aws", tmp_path / "said"
        shim.write_text(AWS_CLI.replace("{python}", sys.executable))
        shim.chmod(0o755)
        environment = {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "STACK": "drmaum-dev",
            "IMAGE": "new@sha256:2",
            "ANSWERS": json.dumps(answers),
            "SAID": str(said),
        }
        done = subprocess.run(
            ["bash", AWS / "migrate.sh"], env=environment, capture_output=True, check=False
        )
        return done.returncode, [json.loads(line) for line in said.read_text().splitlines()]

    return run


def test_migrating_runs_the_new_image_under_the_old_definition(migrate):
    code, said = migrate(ANSWERS)
    assert code == 0
    registered = next(argv for argv in said if argv[1] == "register-task-definition")
    told = json.loads(registered[registered.index("--cli-input-json") + 1])
    assert told == {
        "family": "drmaum-dev-command",
        "cpu": "1024",
        "containerDefinitions": [
            {"name": "command", "image": "new@sha256:2", "command": ["prepare"]}
        ],
    }
    run = next(argv for argv in said if argv[1] == "run-task")
    assert run[run.index("--task-definition") + 1] == "arn:8"
    assert run[run.index("--network-configuration") + 1] == "awsvpcConfiguration={subnets=[a]}"


@pytest.mark.parametrize("code", ["1", "None"])
def test_a_migration_that_fails_stops_the_release(migrate, code):
    assert migrate({**ANSWERS, "ecs describe-tasks": f"{code}\n"})[0] == 1


def test_a_task_that_cannot_be_started_stops_the_release(migrate):
    answers = {name: told for name, told in ANSWERS.items() if name != "ecs run-task"}
    assert migrate(answers)[0] != 0


@pytest.mark.parametrize("told", [{}, {"cloudformation describe-stacks": "None\n"}])
def test_before_the_first_deployment_there_is_nothing_to_migrate(migrate, told):
    code, said = migrate(told)
    assert (code, [argv[1] for argv in said]) == (0, ["describe-stacks"])


def _buildspec() -> Any:
    return yaml.safe_load((AWS / "buildspec.yml").read_text())


def _commands() -> list[str]:
    phases = _buildspec()["phases"]
    return [line for name in ("install", "pre_build", "build") for line in phases[name]["commands"]]
