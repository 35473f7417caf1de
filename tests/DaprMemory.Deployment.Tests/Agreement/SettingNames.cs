using System.Collections;
using System.Reflection;
using DaprMemory.Admission;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting;
using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Quotas;
using DaprMemory.Hosting.Tls;
using DaprMemory.Router.Configuration;
using DaprMemory.Service;

namespace DaprMemory.Deployment.Tests.Agreement;

/// <summary>The names of settings as the code has them.</summary>
internal static class SettingNames
{
    static readonly Dictionary<string, Type> Sections = new()
    {
        [RouterOptions.SectionName] = typeof(RouterOptions),
        [MemoryServiceOptions.SectionName] = typeof(MemoryServiceOptions),
        [SpaceOptions.SectionName] = typeof(SpaceOptions),
        [SessionsOptions.SectionName] = typeof(SessionsOptions),
        [HostingOptions.SectionName] = typeof(HostingOptions),
        [IdentityOptions.SectionName] = typeof(IdentityOptions),
        [AdmissionOptions.SectionName] = typeof(AdmissionOptions),
        [TlsOptions.SectionName] = typeof(TlsOptions),
        [QuotaOptions.SectionName] = typeof(QuotaOptions),
    };

    // Of the platform, of Dapr and of OpenTelemetry.
    static readonly string[] Others = ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_EnableDiagnostics", "APP_API_TOKEN", "DAPR_API_TOKEN", "OTEL_EXPORTER_OTLP_ENDPOINT"];

    /// <summary>Whether some code reads a setting.</summary>
    /// <param name="name">As .NET configuration has it: <c>Router:Shards:0:Id</c>.</param>
    public static bool IsKnown(string name)
    {
        if (Others.Contains(name))
            return true;
        var parts = name.Split(':');
        if (!Sections.TryGetValue(parts[0], out var type))
            return false;
        foreach (var part in parts[1..])
        {
            if (type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type))
                // The index or key.
                type = type.GetGenericArguments()[^1];
            else if (type.GetProperty(part, BindingFlags.Public | BindingFlags.Instance) is { } property)
                type = property.PropertyType;
            else
                return false;
        }
        return true;
    }
}
