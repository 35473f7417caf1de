using System.Net;
using System.Text;
using System.Text.Json;

namespace Dapr.Client;

/// <summary>An answer of the sidecar, read to its end.</summary>
internal sealed class DaprAnswer(HttpStatusCode status, string etag, PooledBuffer body) : IDisposable
{
    const int MaxMessageBytes = 1024;

    /// <summary>The raw ETag, or empty.</summary>
    public string ETag { get; } = etag;

    public PooledBuffer Body { get; } = body;

    public bool IsSuccess => (int)status is >= 200 and < 300;

    public static async ValueTask<DaprAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // The typed ETag header is null for Dapr's: they are not quoted.
        var etag = response.Headers.NonValidated.TryGetValues("ETag", out var values) ? values.ToString() : "";
        // One byte more than announced, so that the end is found without growing.
        var body = new PooledBuffer(capacity: (int)Math.Min(response.Content.Headers.ContentLength ?? 0, Array.MaxLength - 1) + 1);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await body.FillAsync(stream, cancellationToken).ConfigureAwait(false);
            return new DaprAnswer(response.StatusCode, etag, body);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void ThrowUnlessSuccess(string operation = "State")
    {
        if (!IsSuccess)
            throw new DaprException($"{operation} operation failed: the Dapr endpoint answered {(int)status} {Explain(Body.Written.Span)}");
    }

    /// <summary>Whether a conditional write took place. Only 409 says that it certainly did not because of its ETag.</summary>
    public bool SucceededOrMismatched()
    {
        if (status == HttpStatusCode.Conflict)
            return false;
        ThrowUnlessSuccess();
        return true;
    }

    public void Dispose() => Body.Dispose();

    static string Explain(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var error = JsonDocument.ParseValue(ref reader);
            return $"{error.RootElement.GetProperty("errorCode").GetString()}: {error.RootElement.GetProperty("message").GetString()}";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not Dapr's error form, as "invalid api token" in plain text.
            return Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxMessageBytes)]).Trim();
        }
    }
}
