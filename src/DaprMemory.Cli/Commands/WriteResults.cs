using DaprMemory.Client;

namespace DaprMemory.Cli.Commands;

/// <summary>The one place where what became of a write turns into words and an exit code.</summary>
internal static class WriteResults
{
    public static int Write(this CommandOutput output, WriteResult result, string key, string done)
    {
        switch (result)
        {
            case WriteResult.Written written:
                output.Write($"{(written.Created ? "created" : done)} {written.ETag}", json =>
                {
                    json.WriteString("outcome", written.Created ? "created" : done);
                    json.WriteString("key", key);
                    json.WriteString("etag", written.ETag.ToString());
                });
                return ExitCodes.Ok;
            case WriteResult.PreconditionFailed failed:
                output.Complain(failed.Current is { } current
                    ? $"The precondition does not hold: {key} is at {current}."
                    : $"The precondition does not hold: there is no {key}.");
                if (output.IsJson)
                    output.Write("", json =>
                    {
                        json.WriteString("outcome", "precondition-failed");
                        json.WriteString("key", key);
                        if (failed.Current is { } etag)
                            json.WriteString("etag", etag.ToString());
                    });
                return ExitCodes.PreconditionFailed;
            default:
                output.Complain($"There is no {key}.");
                return ExitCodes.NotFound;
        }
    }
}
