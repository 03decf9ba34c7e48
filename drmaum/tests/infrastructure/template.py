"""A template of CloudFormation as Python sees it: its resources, with everything resolved that can
be known before they are made."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from drmaum.stack.places import DOCKER

AWS = DOCKER / "aws"
ACCOUNT, REGION = "123456789012", "ap-northeast-2"
DIGEST = f"example.com/drmaum@sha256:{'0' * 64}"
# What a deployment gives beside dev.json and prod.json.
GIVEN = {
    "Image": DIGEST,
    "CollectorImage": DIGEST,
    "DomainName": "dev.drmaum.example",
    "HostedZoneId": "Z0",
    "Sender": "no-reply@drmaum.example",
    "SenderIdentity": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/drmaum.example",
    "DeveloperEmail": "developers@drmaum.example",
}


class _Loader(yaml.SafeLoader):
    pass


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {name: text.split(".", 1) if suffix == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _tagged)


@cache
def read(name: str) -> Any:
    return yaml.load((AWS / name).read_text(), _Loader)  # noqa: S506  (a safe loader with tags)


class Stack:
    """One environment's resources. What only AWS knows is called by its name, until it is `known`."""

    def __init__(self, environment: str = "dev", template: str = "app.yaml") -> None:
        self.template = read(template)
        self.name = f"drmaum-{environment}"
        defaults = {
            name: str(told["Default"])
            for name, told in self.template["Parameters"].items()
            if "Default" in told
        }
        sizes = json.loads((AWS / f"{environment}.json").read_text())["Parameters"]
        self.parameters = defaults | GIVEN | sizes
        self.known: dict[str, str] = {}
        """`Name` for Ref, `Name.Attribute` for GetAtt."""

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical name -> properties."""
        found = self.template["Resources"].items()
        return {name: self.properties(name) for name, one in found if one["Type"] == kind}

    def properties(self, logical: str) -> dict[str, Any]:
        told: dict[str, Any] = self.resolved(
            self.template["Resources"][logical].get("Properties", {})
        )
        return told

    def resolved(self, told: Any) -> Any:
        if isinstance(told, list):
            return [self.resolved(one) for one in told]
        if not isinstance(told, dict):
            return told
        if len(told) == 1:
            name, of = next(iter(told.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return self._worked_out(name.removeprefix("Fn::"), of)
        return {name: self.resolved(one) for name, one in told.items()}

    def _worked_out(self, name: str, of: Any) -> Any:
        if name == "Ref":
            return self._reference(of)
        if name == "GetAtt":
            return self._attribute(".".join(of))
        if name == "Sub":
            text, given = of if isinstance(of, list) else (of, {})
            return self._substituted(text, self.resolved(given))
        if name == "If":
            return self.resolved(of[1 if self._is_true(of[0]) else 2])
        if name == "Select":
            return self.resolved(of[1])[int(of[0])]
        assert name == "GetAZs", f"{name} is not read here"
        return [f"{REGION}{zone}" for zone in "abc"]

    def _is_true(self, condition: str) -> bool:
        one, other = self.resolved(self.template["Conditions"][condition]["Fn::Equals"])
        return bool(one == other)

    def _reference(self, name: str) -> str:
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::StackName": self.name,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }
        return {**pseudo, **self.parameters, **self.known}.get(name, f"<{name}>")

    def _attribute(self, name: str) -> str:
        if name in self.known:
            return self.known[name]
        logical, attribute = name.split(".", 1)
        told = self.template["Resources"][logical].get("Properties", {})
        if attribute == "Arn" and "BucketName" in told:
            return f"arn:aws:s3:::{self.resolved(told['BucketName'])}"
        return f"<{name}>"

    def _substituted(self, text: str, given: Mapping[str, str]) -> str:
        def told(found: re.Match[str]) -> str:
            name = found.group(1)
            if name in given:
                return given[name]
            is_attribute = "." in name and not name.startswith("AWS::")
            return self._attribute(name) if is_attribute else self._reference(name)

        return re.sub(r"\$\{([^}!]+)\}", told, text)

    def containers(self) -> Iterator[dict[str, Any]]:
        """Of the product itself, in all tasks."""
        for task in self.of_type("AWS::ECS::TaskDefinition").values():
            for container in task["ContainerDefinitions"]:
                if container["Name"] != "collector":
                    yield container

    def statements(self, role: str) -> list[dict[str, Any]]:
        """What a role may do, with the policies that it shares."""
        told = self.properties(role)
        # A policy is referred to by its name here: <Name>.
        shared = [name.strip("<>") for name in told.get("ManagedPolicyArns", [])]
        documents = [policy["PolicyDocument"] for policy in told.get("Policies", [])]
        documents += [
            self.properties(name)["PolicyDocument"]
            for name in shared
            if name in self.template["Resources"]
        ]
        return [one for document in documents for one in document["Statement"]]


def listed(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [told]
