// What each of our own rules looks for.

const MISTAKEN = ["unevaluatedProperties", "dependentRequired", "prefixItems", "default", "allOf", "$defs", "$id"];

/** Yield every schema below a schema, itself first; conditions are not schemas of their own. */
function* schemas(schema, path) {
  yield [schema, path];
  for (const [name, child] of Object.entries(schema.properties ?? {})) yield* schemas(child, [...path, "properties", name]);
  for (const key of ["oneOf", "anyOf"]) {
    for (const [index, child] of (schema[key] ?? []).entries()) yield* schemas(child, [...path, key, index]);
  }
  for (const key of ["items", "additionalProperties"]) {
    if (typeof schema[key] === "object") yield* schemas(schema[key], [...path, key]);
  }
}

function* all(components, path) {
  for (const [name, schema] of Object.entries(components)) yield* schemas(schema, [...path, name]);
}

/** Make a function of Spectral from a generator that yields message and path. */
function check(find) {
  return (given, _options, context) => [...find(given, context.path)].map(([message, path]) => ({ message, path }));
}

const member = (components, reference) => components[reference.replace("#/components/schemas/", "")] ?? {};

export const arrays = check(function* (components, path) {
  for (const [schema, at] of all(components, path)) {
    if (schema.type === "array" && !schema.items) yield ["Say with items what is in the list.", at];
  }
});

export const mappings = check(function* (components, path) {
  for (const [schema, at] of all(components, path)) {
    if (!schema.discriminator) continue;
    const mapped = Object.values(schema.discriminator.mapping ?? {});
    for (const branch of schema.oneOf ?? []) {
      if (!mapped.includes(branch.$ref)) yield [`The mapping lacks ${branch.$ref}.`, [...at, "discriminator"]];
    }
    for (const reference of mapped) {
      if (!schema.oneOf?.some((branch) => branch.$ref === reference)) {
        yield [`oneOf lacks ${reference}.`, [...at, "discriminator"]];
      }
    }
  }
});

export const tags = check(function* (components, path) {
  for (const [schema, at] of all(components, path)) {
    const { propertyName, mapping } = schema.discriminator ?? {};
    for (const [tag, reference] of Object.entries(mapping ?? {})) {
      const { properties, required } = member(components, reference);
      if (properties?.[propertyName]?.const !== tag || !required?.includes(propertyName)) {
        yield [`${reference} must require ${propertyName} and pin it to "${tag}".`, [...at, "discriminator", "mapping", tag]];
      }
    }
  }
});

export const unions = check(function* (components, path) {
  for (const [schema, at] of all(components, path)) {
    for (const key of ["oneOf", "anyOf"]) {
      if (schema.properties && schema[key]?.some((branch) => branch.required && !branch.properties)) {
        yield [`Move ${key} into "then", after "if: {type: object}".`, [...at, key]];
      }
    }
  }
});

export const titles = check(function* (components, path) {
  for (const [name, schema] of Object.entries(components)) {
    if (schema.title !== undefined && schema.title !== name) yield [`The title must be ${name}.`, [...path, name, "title"]];
  }
});

export const keywords = check(function* (document) {
  if (document.jsonSchemaDialect) yield ["With jsonSchemaDialect, Prism accepts everything.", ["jsonSchemaDialect"]];
  for (const [schema, at] of all(document.components.schemas, ["components", "schemas"])) {
    for (const key of MISTAKEN.filter((name) => name in schema)) yield [`Do without ${key}.`, [...at, key]];
    if (Array.isArray(schema.type)) yield ["Give one type; several make a union of schemas.", [...at, "type"]];
  }
});

export const callbacks = check(function* (paths, path) {
  for (const [route, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      for (const [name, callback] of Object.entries(operation.callbacks ?? {})) {
        const own = Object.values(callback).flatMap(Object.values).flatMap((inner) => inner.tags ?? []);
        if (own.some((tag) => operation.tags?.includes(tag))) {
          yield ["Give the callback a tag of its own.", [...path, route, method, "callbacks", name]];
        }
      }
    }
  }
});
