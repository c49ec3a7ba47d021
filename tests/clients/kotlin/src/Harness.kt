import com.google.gson.Gson
import com.google.gson.JsonElement
import com.google.gson.TypeAdapter
import com.google.gson.TypeAdapterFactory
import com.google.gson.reflect.TypeToken
import com.google.gson.stream.JsonReader
import com.google.gson.stream.JsonWriter
import org.openapitools.client.infrastructure.Serializer
import org.openapitools.client.models.SendMessageRequest

/** Leaves out the members of models that are not set, and nothing else, so that a client's own data may hold `null`. */
private object UnsetMembers : TypeAdapterFactory {
    override fun <T> create(gson: Gson, type: TypeToken<T>): TypeAdapter<T>? {
        if (type.rawType.packageName != SendMessageRequest::class.java.packageName) return null
        val model = gson.getDelegateAdapter(this, type)
        val elements = gson.getAdapter(JsonElement::class.java)
        return object : TypeAdapter<T>() {
            override fun write(out: JsonWriter, value: T) {
                val written = model.toJsonTree(value)
                if (written.isJsonObject) written.asJsonObject.entrySet().removeIf { it.value.isJsonNull }
                elements.write(out, written)
            }

            override fun read(from: JsonReader): T = model.read(from)
        }
    }
}

/** Reads requests, one a line, and writes them back through the client's types. */
fun main() {
    Serializer.gsonBuilder.serializeNulls().registerTypeAdapterFactory(UnsetMembers)
    for (line in generateSequence(::readLine)) {
        val answer = runCatching { Serializer.gson.toJson(Serializer.gson.fromJson(line, SendMessageRequest::class.java)) }
        println(answer.getOrElse { "error: " + it.toString().replace('\n', ' ') })
    }
}
