# SPDX-License-Identifier: Apache-2.0
"""Which fields of a schema a document uses, in the words of the schema.

A field is (object, key, shape): the title of the object that holds it, its key, and how it is written where that tells constructs apart: the word
of an enum, or "text", "count", "object", "list" where a field may be several of them.
"""
import json

SHAPES = {"str": "text", "int": "count", "bool": "yes or no", "dict": "object", "list": "list", "NoneType": "null"}
TYPES = {"string": {"str"}, "integer": {"int"}, "boolean": {"bool"}, "object": {"dict"}, "array": {"list"}, "null": {"NoneType"}}


class Schema:
    def __init__(self, path):
        self.root = json.loads(path.read_text(encoding="utf-8"))

    def ways(self, part):
        """The parts of the schema that a value may be, through references and alternatives."""
        if not isinstance(part, dict):
            return []
        if "$ref" in part:
            return self.ways(self.root["$defs"][part["$ref"].rpartition("/")[2]])
        for word in ("anyOf", "oneOf", "allOf"):
            if word in part and not {"properties", "enum", "type"} & set(part):
                return [way for one in part[word] for way in self.ways(one)]
        return [part]

    def words(self, part):
        return [word for way in self.ways(part) for word in way.get("enum", []) if isinstance(word, str)]

    def kinds(self, part):
        """The types of Python that a value may have."""
        found = set()
        for way in self.ways(part):
            if "enum" in way or "const" in way:
                found |= {type(word).__name__ for word in way.get("enum", [way.get("const")])}
            elif isinstance(way.get("type"), list):
                found |= {kind for name in way["type"] for kind in TYPES[name]}
            else:
                found |= TYPES.get(way.get("type"), set())
        return found

    def shapes(self, part):
        """What a field can be that tells constructs apart; [""] when there is nothing to tell."""
        words, kinds = self.words(part), self.kinds(part)
        kinds -= {"int"} if "str" in kinds and not words else set()  # a decimal that may be written as a count
        others = sorted(SHAPES[kind] for kind in kinds - ({"str"} if words else set()))
        return [f'"{word}"' for word in words] + (others if words or len(others) > 1 else []) or [""]

    def shape(self, part, value):
        shapes = self.shapes(part)
        if isinstance(value, str) and f'"{value}"' in shapes:
            return f'"{value}"'
        shape = SHAPES[type(value).__name__]
        return "" if shapes == [""] else shape if shape in shapes else "text"

    def objects(self):
        """[(title, properties)] of all objects with keys of their own, the whole document first."""
        found = [(self.root.get("title", "document"), self.root["properties"])]
        return found + [(part.get("title", name), part["properties"]) for name, part in self.root["$defs"].items() if "properties" in part]

    def fields(self):
        """Every field there is."""
        return [(title, key, shape) for title, properties in self.objects() for key, part in properties.items() for shape in self.shapes(part)]

    def used(self, document, part=None):
        """The fields that a document uses."""
        found = set()
        for way in self.ways(self.root if part is None else part):
            if isinstance(document, dict) and way.get("properties", {}).keys() >= document.keys() and document:
                for key, value in document.items():
                    found.add((way.get("title", ""), key, self.shape(way["properties"][key], value)))
                    found |= self.used(value, way["properties"][key])
            elif isinstance(document, dict) and "additionalProperties" in way:
                for value in document.values():
                    found |= self.used(value, way["additionalProperties"])
            elif isinstance(document, list) and "items" in way:
                for value in document:
                    found |= self.used(value, way["items"])
        return found
