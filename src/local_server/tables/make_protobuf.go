//go:build ignore

// Writes protobuf.json: how the built-in types are encoded as protobuf, read from the Go types of one Kubernetes version.
// The .proto files alone do not say which fields Kubernetes' JSON leaves out, inlines or names otherwise; the tags do.
//
//	version=v0.34.2 work=$(mktemp -d)
//	cp src/local_server/tables/make_protobuf.go "$work" && cd "$work" && go mod init tables
//	go get k8s.io/{client-go,apiextensions-apiserver,kube-aggregator}@$version
//	go run make_protobuf.go $version >protobuf.json
//
// `kinds` gives the message of group/version/kind. A message has its fields as [number, JSON name, type, presence]; an
// empty name is a message whose fields JSON shows as those of its owner. Types are `string`, `int`, `bool`, `double`,
// `bytes`, the special ones that decode_message() of the server knows by their capital letter, a message, `[]T` or `{}T` (a
// map with strings as keys). Presence says what JSON shows: `p` what was sent, `o` what is neither zero nor empty, and
// otherwise all there is.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	aggregator "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

var special = map[string]string{
	"resource.Quantity": "Quantity", "v1.Time": "Time", "v1.MicroTime": "MicroTime", "intstr.IntOrString": "IntOrString",
	"runtime.RawExtension": "Raw", "v1.FieldsV1": "Raw", "v1.JSON": "Raw",
	"v1.JSONSchemaPropsOrArray": "SchemaOrArray", "v1.JSONSchemaPropsOrBool": "SchemaOrBool",
	"v1.JSONSchemaPropsOrStringArray": "SchemaOrStrings",
}

var messages = map[string][][]any{}

func nameOf(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	return strings.Join(append(parts[len(parts)-2:], t.Name()), ".")
}

func expression(t reflect.Type) string {
	if name, ok := special[t.String()]; ok {
		if strings.HasPrefix(name, "Schema") {
			message(reflect.TypeOf(apiextensions.JSONSchemaProps{}))
		}
		return name
	}
	switch t.Kind() {
	case reflect.Pointer:
		return expression(t.Elem())
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "int"
	case reflect.Float64:
		return "double"
	case reflect.Struct:
		return message(t)
	case reflect.Map:
		return "{}" + expression(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		if t.Name() != "" { // in a map it is a message of its own
			return "Items"
		}
		return "[]" + expression(t.Elem())
	}
	panic("no encoding of " + t.String())
}

func presence(field reflect.StructField, options []string) string {
	if field.Type.Kind() == reflect.Pointer {
		return "p"
	}
	for _, option := range options {
		// Go's JSON takes no notice of omitempty at a structure.
		if option == "omitzero" || option == "omitempty" && field.Type.Kind() != reflect.Struct {
			return "o"
		}
	}
	return ""
}

func message(t reflect.Type) string {
	name := nameOf(t)
	if _, known := messages[name]; known {
		return name
	}
	messages[name] = [][]any{}
	fields := [][]any{}
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		encoding := strings.Split(field.Tag.Get("protobuf"), ",")
		if len(encoding) < 2 {
			continue // kind and apiVersion, which stand in the envelope
		}
		number, err := strconv.Atoi(encoding[1])
		if err != nil {
			panic(err)
		}
		options := strings.Split(field.Tag.Get("json"), ",")
		kind := expression(field.Type)
		if kind == "Items" {
			kind = "[]" + expression(field.Type.Elem())
		}
		fields = append(fields, []any{number, options[0], kind, presence(field, options[1:])})
	}
	messages[name] = fields
	return name
}

func main() {
	all := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, apiextensions.AddToScheme, aggregator.AddToScheme} {
		if err := add(all); err != nil {
			panic(err)
		}
	}
	kinds := map[string]string{}
	for kind, t := range all.AllKnownTypes() {
		stable := kind.Version == "v1" || kind.Group == "autoscaling" && kind.Version == "v2"
		internal := kind.Kind == "WatchEvent" || kind.Kind == "Status" || strings.HasSuffix(kind.Kind, "List") ||
			strings.HasSuffix(kind.Kind, "Options") && kind.Kind != "DeleteOptions" || strings.HasPrefix(kind.Kind, "API") && kind.Kind != "APIService"
		if stable && !internal {
			kinds[strings.TrimPrefix(kind.GroupVersion().String()+"/"+kind.Kind, "/")] = message(t)
		}
	}
	write(kinds)
}

func write(kinds map[string]string) {
	fmt.Printf("{\"version\": %q,\n\"kinds\": {\n", os.Args[1])
	writeLines(kinds)
	fmt.Print("},\n\"messages\": {\n")
	writeLines(messages)
	fmt.Print("}}\n")
}

// One line for each entry, so that a change of version reads as a change of lines.
func writeLines[T any](entries map[string]T) {
	names := []string{}
	for name := range entries {
		names = append(names, name)
	}
	sort.Strings(names)
	for i, name := range names {
		text, _ := json.Marshal(entries[name])
		end := ",\n"
		if i == len(names)-1 {
			end = "\n"
		}
		fmt.Printf("  %q: %s%s", name, text, end)
	}
}
