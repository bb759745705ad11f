// Schemas writes the JSON schemas by which kubeconform judges manifests, from the API description that Kubernetes
// publishes and from the CustomResourceDefinitions of other projects.
//
//	schemas <directory to write> <Kubernetes' swagger.json> [<CustomResourceDefinition.yaml> …]
//
// Each kind becomes <kind>-<first part of group>-<version>.json in lower case, the names that kubeconform asks for.
// Unknown fields are refused, and so are nulls.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

type object = map[string]any

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("schemas <directory to write> <swagger.json> [<CustomResourceDefinition.yaml> …]")
	}
	directory := os.Args[1]
	if err := os.MkdirAll(directory, 0o755); err != nil {
		log.Fatal(err)
	}
	kinds := kubernetes(directory, os.Args[2])
	for _, file := range os.Args[3:] {
		kinds += custom(directory, file)
	}
	fmt.Printf("%d schemas\n", kinds)
}

// kubernetes writes all definitions into one file, and a file that points into it for each kind.
func kubernetes(directory, swagger string) int {
	var api object
	read(swagger, &api)
	definitions := api["definitions"].(object)
	kinds := 0
	for name, definition := range definitions {
		definition := definition.(object)
		strict(definition)
		switch {
		case strings.HasSuffix(name, "util.intstr.IntOrString"):
			definition = object{"oneOf": []any{object{"type": "string"}, object{"type": "integer"}}}
		case strings.HasSuffix(name, "api.resource.Quantity"):
			definition = object{"oneOf": []any{object{"type": "string"}, object{"type": "number"}}}
		}
		definitions[name] = definition
		versions, _ := definition["x-kubernetes-group-version-kind"].([]any)
		for _, version := range versions {
			version := version.(object)
			kind := version["kind"].(string)
			write(directory, fileName(kind, version["group"].(string), version["version"].(string)),
				object{"$ref": "_definitions.json#/definitions/" + name})
			kinds++
		}
	}
	write(directory, "_definitions.json", object{"definitions": definitions})
	return kinds
}

func custom(directory, file string) int {
	var resource object
	read(file, &resource)
	spec := resource["spec"].(object)
	versions := spec["versions"].([]any)
	for _, version := range versions {
		version := version.(object)
		schema := version["schema"].(object)["openAPIV3Schema"].(object)
		strict(schema)
		schema["properties"].(object)["metadata"] = object{
			"$ref": "_definitions.json#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
		schema["required"] = []any{"apiVersion", "kind", "metadata", "spec"}
		kind := spec["names"].(object)["kind"].(string)
		write(directory, fileName(kind, spec["group"].(string), version["name"].(string)), schema)
	}
	return len(versions)
}

// strict refuses what a schema does not name, at every depth.
func strict(schema any) {
	switch schema := schema.(type) {
	case []any:
		for _, element := range schema {
			strict(element)
		}
	case object:
		if schema["x-kubernetes-int-or-string"] == true {
			delete(schema, "type")
			delete(schema, "format")
			return
		}
		_, open := schema["additionalProperties"]
		if properties, named := schema["properties"].(object); named {
			if !open && schema["x-kubernetes-preserve-unknown-fields"] != true {
				schema["additionalProperties"] = false
			}
			for _, property := range properties {
				strict(property)
			}
		}
		strict(schema["items"])
		if additional, isSchema := schema["additionalProperties"].(object); isSchema {
			strict(additional)
		}
		// A format is Kubernetes' own name for a Go type.
		delete(schema, "format")
	}
}

func fileName(kind, group, version string) string {
	parts := []string{strings.ToLower(kind)}
	if group != "" {
		parts = append(parts, strings.ToLower(strings.Split(group, ".")[0]))
	}
	return strings.Join(append(parts, strings.ToLower(version)), "-") + ".json"
}

func read(file string, into *object) {
	content, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(content, into)
	}
	if err != nil {
		log.Fatalf("%s: %v", file, err)
	}
}

func write(directory, name string, schema object) {
	content, err := json.Marshal(schema)
	if err == nil {
		err = os.WriteFile(filepath.Join(directory, name), content, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}
