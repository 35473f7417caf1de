using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Service.Audit;

/// <summary>Whether commits are signed, and where the keys are.</summary>
public sealed class AuditOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Audit";

    /// <summary>Whether commits are signed.</summary>
    /// <value>The default is <see cref="AuditSigning.Required"/>.</value>
    public AuditSigning Signing { get; set; } = AuditSigning.Required;

    /// <summary>A file with the keys: PEM, the one in use first, those before it behind. It is read again when its content changes.</summary>
    /// <value>Either this or <see cref="SecretStore"/>.</value>
    public string? KeyFile { get; set; }

    /// <summary>The Dapr secret store that has the keys.</summary>
    /// <value>A component's name.</value>
    public string? SecretStore { get; set; }

    /// <summary>The secret's name.</summary>
    /// <value>Required with <see cref="SecretStore"/>.</value>
    public string? SecretName { get; set; }

    /// <summary>Which of the secret's values has the keys, if it has several.</summary>
    /// <value>The default is its only one, or the one that is named as the secret.</value>
    public string? SecretKey { get; set; }

    /// <summary>How often the secret is read again.</summary>
    /// <value>Default 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SecretRefreshInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the start may wait for the sidecar and its secret store.</summary>
    /// <value>Default 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
