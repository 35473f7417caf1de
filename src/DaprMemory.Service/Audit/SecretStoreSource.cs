using System.Text;
using Dapr;
using Dapr.Client;

namespace DaprMemory.Service.Audit;

/// <summary>Keys in a secret of a Dapr secret store.</summary>
internal sealed class SecretStoreSource(DaprClient dapr, AuditOptions options) : IAuditKeySource
{
    public TimeSpan Interval => options.SecretRefreshInterval;

    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        var (store, name) = (options.SecretStore!, options.SecretName!);
        try
        {
            // At start the sidecar may need a moment. It does not wait for the service to listen, which would be for ever.
            await dapr.WaitForSidecarAsync(cancellationToken);
            var secret = await dapr.GetSecretAsync(store, name, cancellationToken: cancellationToken);
            var value = !string.IsNullOrEmpty(options.SecretKey) ? secret.GetValueOrDefault(options.SecretKey)
                : secret.Count == 1 ? secret.Values.Single()
                : secret.GetValueOrDefault(name);
            return string.IsNullOrEmpty(value)
                ? throw new AuditKeyException($"the secret {name} of {store} has no such value, or an empty one")
                : Encoding.UTF8.GetBytes(value);
        }
        catch (DaprException e)
        {
            throw new AuditKeyException($"the secret {name} of {store} can't be read: {e.Message}", e);
        }
    }
}
