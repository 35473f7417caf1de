using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaprMemory.Cli.Commands;

/// <summary>What a command says: text for people, or JSON lines for programs. Complaints always go to standard error, as text.</summary>
internal sealed class CommandOutput(TextWriter output, TextWriter error, bool json)
{
    static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsJson => json;

    /// <summary>Writes the text or, asked for JSON, the object.</summary>
    public void Write(string text, Action<Utf8JsonWriter> members)
    {
        if (!json)
        {
            output.WriteLine(text);
            return;
        }
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    public void Complain(string text) => error.WriteLine(text);
}
