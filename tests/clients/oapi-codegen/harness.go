// Reads requests, one a line, and writes them back through the client's types, those of nested unions included.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"harness/client"
)

// union keeps its JSON until it is asked for the value.
type union interface {
	ValueByDiscriminator() (any, error)
	UnmarshalJSON([]byte) error
}

// pass replaces the JSON that each union below a pointer has kept by that of the value that it stands for.
func pass(pointer reflect.Value) error {
	if union, ok := pointer.Interface().(union); ok {
		value, err := union.ValueByDiscriminator()
		if err != nil {
			return err
		}
		member := reflect.New(reflect.TypeOf(value))
		member.Elem().Set(reflect.ValueOf(value))
		if err := pass(member); err != nil {
			return err
		}
		text, err := json.Marshal(member.Interface())
		if err != nil {
			return err
		}
		return union.UnmarshalJSON(text)
	}
	value := pointer.Elem()
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			return pass(value)
		}
	case reflect.Struct:
		for index := range value.NumField() {
			if field := value.Field(index); field.CanSet() {
				if err := pass(field.Addr()); err != nil {
					return err
				}
			}
		}
	case reflect.Slice:
		for index := range value.Len() {
			if err := pass(value.Index(index).Addr()); err != nil {
				return err
			}
		}
	}
	return nil
}

func answer(line []byte) ([]byte, error) {
	var request client.SendMessageRequest
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	if err := pass(reflect.ValueOf(&request)); err != nil {
		return nil, err
	}
	return json.Marshal(request)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		text, err := answer(lines.Bytes())
		if err != nil {
			text = fmt.Appendf(nil, "error: %q", err.Error())
		}
		fmt.Println(string(text))
	}
}
