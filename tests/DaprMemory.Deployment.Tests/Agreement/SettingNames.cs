using System.Collections;
using System.Reflection;
using DaprMemory.Admission;
using DaprMemory.Core.Spaces;
using DaprMemory.Curator;
using DaprMemory.Hosting;
using DaprMemory.Router.Configuration;
using DaprMemory.Service;

namespace DaprMemory.Deployment.Tests.Agreement;

/// <summary>The names of settings as the code has them.</summary>
internal static class SettingNames
{
    // Whatever says which section it is read from.
    static readonly Dictionary<string, Type> Sections = new[]
        { typeof(AdmissionOptions), typeof(CuratorOptions), typeof(HostingOptions), typeof(MemoryServiceOptions), typeof(RouterOptions), typeof(SpaceOptions) }
        .SelectMany(options => options.Assembly.GetTypes())
        .Select(type => (Name: type.GetField("SectionName")?.GetRawConstantValue() as string, Type: type))
        .Where(section => section.Name is not null)
        .ToDictionary(section => section.Name!, section => section.Type);

    // Of the platform, of Dapr and of OpenTelemetry.
    static readonly string[] Others = ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_EnableDiagnostics", "APP_API_TOKEN", "DAPR_API_TOKEN", "OTEL_EXPORTER_OTLP_ENDPOINT"];

    /// <summary>Whether some code reads a setting.</summary>
    /// <param name="name">As .NET configuration has it: <c>Router:Shards:0:Id</c>.</param>
    public static bool IsKnown(string name)
    {
        if (Others.Contains(name))
            return true;
        if (Sections.Keys.FirstOrDefault(section => name.StartsWith(section + ":", StringComparison.Ordinal)) is not { } found)
            return false;
        var type = Sections[found];
        foreach (var part in name[(found.Length + 1)..].Split(':'))
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
