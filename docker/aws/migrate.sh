#!/usr/bin/env bash
# Run `manage.py prepare` of a release in the network of an environment: an action of pipeline.yaml.
# From outside: STACK (drmaum-dev or drmaum-prod), IMAGE (by digest).
set -euo pipefail

network=$(aws cloudformation describe-stacks --stack-name "$STACK" \
    --query "Stacks[0].Outputs[?OutputKey=='Network'].OutputValue" --output text 2>/dev/null || true)
if [ -z "$network" ] || [ "$network" = None ]; then
    # Its change set is there, and nothing else yet: the same runs again once it was executed.
    echo "$STACK has no network yet: nothing to migrate"
    exit 0
fi

# The definition of the release before, with the image of this one.
definition=$(aws ecs describe-task-definition --task-definition "$STACK-command" --query taskDefinition --output json |
    python3 -c '
import json, sys
kept = ("family", "taskRoleArn", "executionRoleArn", "networkMode", "containerDefinitions", "volumes",
        "requiresCompatibilities", "cpu", "memory", "runtimePlatform")
told = json.load(sys.stdin)
told["containerDefinitions"][0]["image"] = sys.argv[1]
json.dump({name: told[name] for name in kept if told.get(name)}, sys.stdout)' "$IMAGE")
revision=$(aws ecs register-task-definition --cli-input-json "$definition" \
    --query taskDefinition.taskDefinitionArn --output text)
task=$(aws ecs run-task --cluster "$STACK" --task-definition "$revision" --launch-type FARGATE \
    --network-configuration "$network" --query 'tasks[0].taskArn' --output text)
echo "$task runs"

# One wait is given up after ten minutes; an index over many rows takes longer.
for _ in 1 2 3 4 5 6 7 8; do
    aws ecs wait tasks-stopped --cluster "$STACK" --tasks "$task" && break
done
code=$(aws ecs describe-tasks --cluster "$STACK" --tasks "$task" \
    --query 'tasks[0].containers[0].exitCode' --output text)
echo "$task ended with $code; its log stands in /$STACK/processes under command"
[ "$code" = 0 ]
