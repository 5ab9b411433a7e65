"""What is fuzzed, by name."""

from tests.fuzzing.targets import databases, documents, images, networks, shards, tables, training
from tests.fuzzing.targets.target import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for module in (networks, documents, databases, shards, tables, images, training)
    for target in module.TARGETS
}
