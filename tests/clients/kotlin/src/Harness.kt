import org.openapitools.client.infrastructure.Serializer
import org.openapitools.client.models.SendMessageRequest

/** Reads requests, one a line, and writes them back through the client's types. */
fun main() {
    for (line in generateSequence(::readLine)) {
        val answer = runCatching { Serializer.gson.toJson(Serializer.gson.fromJson(line, SendMessageRequest::class.java)) }
        println(answer.getOrElse { "error: " + it.toString().replace('\n', ' ') })
    }
}
