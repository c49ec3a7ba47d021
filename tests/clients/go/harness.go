// Reads requests, one a line, and writes them back through the client's types; with an address, writes what it answers.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	openapi "github.com/example/client"
)

func answer(line []byte, address string) (any, error) {
	var request openapi.SendMessageRequest
	if err := json.Unmarshal(line, &request); err != nil || address == "" {
		return request, err
	}
	configuration := openapi.NewConfiguration()
	configuration.Servers = openapi.ServerConfigurations{{URL: address}}
	keys := map[string]openapi.APIKey{"serviceKey": {Key: "secret"}}
	context := context.WithValue(context.Background(), openapi.ContextAPIKeys, keys)
	response, _, err := openapi.NewAPIClient(configuration).MessagingAPI.SendMessage(context).SendMessageRequest(request).Execute()
	return response, err
}

func main() {
	address := ""
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		value, err := answer(lines.Bytes(), address)
		var text []byte
		if err == nil {
			text, err = json.Marshal(value)
		}
		if err != nil {
			text = fmt.Appendf(nil, "error: %q", err.Error())
		}
		fmt.Println(string(text))
	}
}
