"""Tools and their schemas, as the Messages API checks them; and whether an input fits one."""
import re

import claude_fields as api

KEYWORDS_STRICT = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "description",
    "title",
    "anyOf",
    "allOf",
    "$ref",
    "$defs",
    "definitions",
    "default",
    "format",
    "minItems",
    "pattern",
}
REFUSED_STRICT = {
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "oneOf",
    "not",
    "patternProperties",
    "propertyNames",
}
FORMATS = {
    "date-time",
    "time",
    "date",
    "duration",
    "email",
    "hostname",
    "uri",
    "ipv4",
    "ipv6",
    "uuid",
}
PROPERTY = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
# Keyword -> what it must be.
FIGURES = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
TEXTS = ("description", "title", "format", "pattern", "$ref")
STRICT_MAX = 20  # strict tools of a request
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def check_tools(q, thinks):
    tools = q.get("tools", [])
    if not isinstance(tools, list):
        raise api.Bad("tools: Input should be a valid list")
    for i, tool in enumerate(tools):
        check_tool(tool, i)
    if sum(bool(t.get("strict")) for t in tools) > STRICT_MAX:
        raise api.Bad("tools: at most %d strict tools are allowed" % STRICT_MAX)
    names = [t["name"] for t in tools]
    if len(set(names)) != len(names):
        raise api.Bad("tools: Tool names must be unique.")
    if "tool_choice" in q:
        check_choice(q["tool_choice"], names, thinks)


def check_choice(choice, names, thinks):
    if not names:
        raise api.Bad("tool_choice may only be specified while providing tools.")
    kind = choice.get("type") if isinstance(choice, dict) else None
    api.one_of(kind, "tool_choice.type", ("auto", "any", "tool", "none"))
    may = () if kind == "none" else ("disable_parallel_tool_use",)
    api.members(
        choice, "tool_choice." + kind, ("type", "name") if kind == "tool" else ("type",), may
    )
    if "disable_parallel_tool_use" in choice:
        api.flag(choice["disable_parallel_tool_use"], "tool_choice.disable_parallel_tool_use")
    if kind == "tool" and choice["name"] not in names:
        raise api.Bad("Tool '%s' not found in provided tools" % str(choice["name"])[:64])
    if kind in ("any", "tool") and thinks:
        raise api.Bad("Thinking may not be enabled when tool_choice forces tool use.")


def check_tool(tool, i):
    where = "tools.%d.custom" % i
    api.members(
        tool,
        where,
        ("name", "input_schema"),
        (
            "type",
            "description",
            "strict",
            "cache_control",
            "eager_input_streaming",
            "input_examples",
            "defer_loading",
        ),
    )
    if tool.get("type", "custom") != "custom":
        raise api.Bad(
            "tools.%d: Input tag '%s' found using 'type' does not match any of the expected tags"
            % (i, tool["type"])
        )
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,128}", api.text(tool["name"], where + ".name")):
        raise api.Bad("%s.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'" % where)
    if "description" in tool:
        api.text(tool["description"], where + ".description")
    for name in ("strict", "eager_input_streaming", "defer_loading"):
        if name in tool:
            api.flag(tool[name], "%s.%s" % (where, name))
    schema = tool["input_schema"]
    if not isinstance(schema, dict) or "type" not in schema:
        raise api.Bad("%s.input_schema.type: Field required" % where)
    if schema["type"] != "object":
        raise api.Bad("%s.input_schema.type: Input should be 'object'" % where)
    check_schema(schema, where + ".input_schema", 0)
    check_top(tool, where)
    if tool.get("strict"):
        check_strict(schema, "tools.%d.custom" % i, schema, 0)


def check_top(tool, where):
    """What the input as a whole may not be, beside what any schema may not."""
    schema = tool["input_schema"]
    if set(schema) & {"oneOf", "allOf", "anyOf"}:
        raise api.Bad(
            "%s.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level"
            % where
        )
    for name in schema.get("properties", {}):
        if not PROPERTY.fullmatch(name):
            raise api.Bad(
                "%s.input_schema.properties: Property keys should match pattern '^%s$'"
                % (where, PROPERTY.pattern)
            )
    examples = tool.get("input_examples", [])
    if not isinstance(examples, list) or any(not isinstance(e, dict) for e in examples):
        raise api.Bad("%s.input_examples: Input should be a valid list" % where)
    for example in examples:
        if fits(example, schema):
            raise api.Bad("%s.input_examples: %s" % (where, fits(example, schema)))


def check_format(schema):
    """The schema of a structured answer: narrow as a strict tool's."""
    check_schema(schema, "output_config.format.schema", 0)
    check_strict(schema, "output_config.format.schema", schema, 0)


def invalid(where):
    return api.Bad("%s: JSON schema is invalid. It must match JSON Schema draft 2020-12" % where)


def check_schema(s, where, depth):
    """A schema at all."""
    if isinstance(s, bool):
        return
    if not isinstance(s, dict) or depth > 40:
        raise invalid(where)
    kinds = s.get("type", [])
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind not in TYPES:
            raise invalid(where)
    for name in ("properties", "$defs", "definitions"):
        if not isinstance(s.get(name, {}), dict):
            raise invalid(where)
        for key, part in s.get(name, {}).items():
            check_schema(part, "%s.%s.%s" % (where, name, key), depth + 1)
    check_keywords(s, where)
    for name in ("items", "additionalProperties"):
        if name in s:
            check_schema(s[name], "%s.%s" % (where, name), depth + 1)
    for name in ("anyOf", "allOf", "oneOf"):
        if not isinstance(s.get(name, [True]), list) or s.get(name) == []:
            raise invalid(where)
        for part in s.get(name, []):
            check_schema(part, where, depth + 1)


def check_keywords(s, where):
    """The types of what draft 2020-12 names."""
    required = s.get("required", [])
    good = (
        isinstance(required, list)
        and all(isinstance(r, str) for r in required)
        and len(set(required)) == len(required)
        and isinstance(s.get("enum", []), list)
        and all(isinstance(s[k], str) for k in TEXTS if k in s)
        and all(type(s[k]) in (int, float) for k in FIGURES if k in s)
        and all(type(s[k]) is int and s[k] >= 0 for k in COUNTS if k in s)
    )
    if not good:
        raise invalid(where)


def check_strict(s, where, root, depth):
    """The narrower rules of strict tools."""
    if isinstance(s, bool):
        return
    kind = s.get("type")
    refused = sorted(set(s) & REFUSED_STRICT)
    if refused:
        raise api.Bad(
            "%s: For '%s' type, properties %s are not supported" % (where, kind, ", ".join(refused))
        )
    odd = sorted(set(s) - KEYWORDS_STRICT)
    if odd:
        raise api.Bad("%s: the keyword %s is not supported in strict schemas" % (where, odd[0]))
    if s.get("minItems", 0) not in (0, 1):
        raise api.Bad(
            "%s: For 'array' type, 'minItems' values other than 0 or 1 are not supported" % where
        )
    if "format" in s and s["format"] not in FORMATS:
        raise api.Bad("%s: the format '%s' is not supported" % (where, s["format"]))
    if "$ref" in s and not str(s["$ref"]).startswith("#/$defs/"):
        raise api.Bad("%s: external $ref are not supported" % where)
    if "$ref" in s and s["$ref"][8:] not in root.get("$defs", {}):
        raise api.Bad("%s: %s leads nowhere" % (where, s["$ref"]))
    if any(isinstance(v, (dict, list)) for v in s.get("enum", [])):
        raise api.Bad("%s: enum values may not be objects or lists in strict schemas" % where)
    if depth > 20:
        raise api.Bad("%s: recursive schemas are not supported" % where)
    if "$ref" in s:
        check_strict(root.get("$defs", {}).get(s["$ref"][8:], {}), where, root, depth + 1)
    if "object" in (kind if isinstance(kind, list) else [kind]):
        if s.get("additionalProperties") is not False:
            raise api.Bad(
                "%s: For 'object' type, 'additionalProperties' must be explicitly set to false"
                % where
            )
        missing = sorted(set(s.get("properties", {})) - set(s.get("required", [])))
        if missing:
            raise api.Bad(
                "%s: For 'object' type, every property must be in 'required'; missing: %s"
                % (where, ", ".join(missing))
            )
        unknown = sorted(set(s.get("required", [])) - set(s.get("properties", {})))
        if unknown:
            raise api.Bad("%s: 'required' names %s, which is no property" % (where, unknown[0]))
    for part in (
        list(s.get("properties", {}).values())
        + list(s.get("$defs", {}).values())
        + s.get("anyOf", [])
        + s.get("allOf", [])
        + ([s["items"]] if "items" in s else [])
    ):
        check_strict(part, where, root, depth + 1)


def fits(value, schema):
    """None when a scripted input is one that the model may give; else the sentence."""
    if not isinstance(schema, dict):
        return None
    if "anyOf" in schema:
        faults = [fits(value, s) for s in schema["anyOf"]]
        return None if None in faults else faults[0]
    kinds = schema.get("type", list(TYPES))
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if not any(
        isinstance(value, TYPES[k]) and not (k in ("integer", "number") and isinstance(value, bool))
        for k in kinds
    ):
        return "%r is not of type %s" % (value, "/".join(kinds))
    if "enum" in schema and value not in schema["enum"]:
        return "%r is not one of the values allowed" % (value,)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                return "%s is missing" % name
        for name, part in value.items():
            if name not in known and schema.get("additionalProperties") is False:
                return "%s is not known" % name
            fault = fits(part, known.get(name, {}))
            if fault:
                return "%s: %s" % (name, fault)
    if isinstance(value, list):
        return next((f for f in (fits(v, schema.get("items", {})) for v in value) if f), None)
    return None
