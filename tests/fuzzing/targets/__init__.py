"""What is fuzzed, by name."""

from tests.fuzzing.targets import databases, documents, images, networks, parts, tables, training
from tests.fuzzing.targets.target import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for module in (networks, documents, databases, tables, images, training, parts)
    for target in module.TARGETS
}
